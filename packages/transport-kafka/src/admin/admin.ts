import { createAcls, deleteAcls, describeAcls } from './acl-admin.ts';
import {
  alterConfigs,
  createPartitions,
  deleteRecords,
  describeCluster,
  describeConfigs,
  describeTopics,
  listTopics,
} from './cluster-admin.ts';
import type { AdminContext } from './context.ts';
import { deleteGroup, deleteOffsets, describeGroup, listGroups, setOffsets } from './group-admin.ts';
import type { KafkaAdmin } from './types.ts';

/** Administration over a transport's connections. `ready` throws while the transport is closed. */
export function adminOf(context: AdminContext, ready: () => void): KafkaAdmin {
  const open = async (): Promise<AdminContext> => {
    ready();
    return context;
  };
  return {
    cluster: async (wait) => describeCluster(await open(), wait),
    listTopics: async (wait) => listTopics(await open(), wait),
    describeTopics: async (topics, wait) => describeTopics(await open(), topics, wait),
    createPartitions: async (topic, total, wait) => createPartitions(await open(), { topic, total }, wait),
    configs: async (resource, wait) => describeConfigs(await open(), resource, wait),
    alterConfigs: async (resource, changes, wait) => alterConfigs(await open(), { resource, changes }, wait),
    deleteRecords: async (before, wait) => deleteRecords(await open(), before, wait),
    listGroups: async (wait) => listGroups(await open(), wait),
    describeGroup: async (group, wait) => describeGroup(await open(), group, wait),
    deleteGroup: async (group, wait) => deleteGroup(await open(), group, wait),
    setOffsets: async (group, offsets, wait) => setOffsets(await open(), { group, offsets }, wait),
    deleteOffsets: async (group, partitions, wait) => deleteOffsets(await open(), { group, partitions }, wait),
    acls: async (filter = {}, wait) => describeAcls(await open(), filter, wait),
    createAcls: async (rules, wait) => createAcls(await open(), rules, wait),
    deleteAcls: async (filter, wait) => deleteAcls(await open(), filter, wait),
  };
}
