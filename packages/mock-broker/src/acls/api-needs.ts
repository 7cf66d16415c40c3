import { messages } from '@eventstream/kafka-protocol';
import { clusterName } from './acl.ts';
import { hideCommittedOffsets } from './committed-offsets.ts';
import { type ApiNeeds, type Need, needsOf, on, onCluster, onTopic } from './needs.ts';

type Named = { readonly name: string; readonly topicId?: string };
type ByTopic = { readonly topic: string; readonly topicId?: string };
type ConfigResource = { readonly resourceType: number; readonly resourceName: string };

const TRANSACTION = 1;
const SHARED_PARTITION = 2;
const TOPIC_CONFIG = 2;
const GROUP_CONFIG = 32;

const inGroup = { whole: ({ groupId }: { groupId: string }) => [on('group', 'read', groupId)] };
const inTransaction = (transactionalId: string): Need => on('transactionalId', 'write', transactionalId);

/** Configs belong to topics, groups, or the cluster. */
function onConfigs(
  operation: 'describeConfigs' | 'alterConfigs',
  { resourceType, resourceName }: ConfigResource,
): Need {
  if (resourceType === TOPIC_CONFIG) return on('topic', operation, resourceName);
  return resourceType === GROUP_CONFIG ? on('group', operation, resourceName) : onCluster(operation);
}

/**
 * What each API needs to be allowed, after the table in Kafka's documentation of authorisation.
 *
 * APIs that are not here need nothing, or look themselves (`context.may`): Fetch, Metadata and DescribeTopicPartitions. So does
 * OffsetDelete for topics. Their refusals stand in places that depend on what was asked.
 */
export const apiNeeds: ReadonlyMap<string, ApiNeeds> = new Map([
  needsOf(messages.produce, {
    whole: ({ transactionalId }) => (transactionalId === null ? [] : [inTransaction(transactionalId)]),
    each: [
      {
        list: 'topicData',
        answers: 'responses',
        need: ({ name, topicId }: Named, context) => onTopic(context, 'write', { name, id: topicId! }),
      },
    ],
  }),
  needsOf(messages.listOffsets, {
    each: [{ list: 'topics', answers: 'topics', need: (topic: Named, context) => onTopic(context, 'describe', topic) }],
  }),
  needsOf(messages.offsetCommit, {
    ...inGroup,
    each: [
      {
        list: 'topics',
        answers: 'topics',
        need: ({ name, topicId }: Named, context) => onTopic(context, 'read', { name, id: topicId! }),
      },
    ],
  }),
  needsOf(messages.offsetFetch, {
    whole: ({ groupId }, version) => (version < 8 ? [on('group', 'describe', groupId)] : []),
    each: [
      {
        list: 'groups',
        answers: 'groups',
        need: ({ groupId }: { groupId: string }) => on('group', 'describe', groupId),
      },
    ],
    censor: hideCommittedOffsets,
  }),
  needsOf(messages.findCoordinator, {
    whole: ({ key, keyType }, version) => (version < 4 ? [onCoordinator(key, keyType)] : []),
    each: [
      {
        list: 'coordinatorKeys',
        answers: 'coordinators',
        need: (key: string, _context, { keyType }) => onCoordinator(key, keyType),
      },
    ],
  }),
  needsOf(messages.joinGroup, inGroup),
  needsOf(messages.heartbeat, inGroup),
  needsOf(messages.leaveGroup, inGroup),
  needsOf(messages.syncGroup, inGroup),
  needsOf(messages.consumerGroupHeartbeat, inGroup),
  needsOf(messages.describeGroups, {
    each: [{ list: 'groups', answers: 'groups', need: (id: string) => on('group', 'describe', id) }],
  }),
  needsOf(messages.consumerGroupDescribe, {
    each: [{ list: 'groupIds', answers: 'groups', need: (id: string) => on('group', 'describe', id) }],
  }),
  needsOf(messages.listGroups, {
    shown: {
      list: 'groups',
      need: ({ groupId }: { groupId: string }) => [...onCluster('describe'), ...on('group', 'describe', groupId)],
    },
  }),
  needsOf(messages.createTopics, {
    each: [
      {
        list: 'topics',
        answers: 'topics',
        need: ({ name }: Named) => [...onCluster('create'), ...on('topic', 'create', name)],
      },
    ],
  }),
  needsOf(messages.deleteTopics, {
    each: [
      { list: 'topicNames', answers: 'responses', need: (name: string) => on('topic', 'delete', name) },
      {
        list: 'topics',
        answers: 'responses',
        need: ({ name, topicId }: Named, context) => onTopic(context, 'delete', { name, id: topicId! }),
      },
    ],
  }),
  needsOf(messages.deleteRecords, {
    each: [{ list: 'topics', answers: 'topics', need: ({ name }: Named) => on('topic', 'delete', name) }],
  }),
  needsOf(messages.initProducerId, {
    whole: ({ transactionalId }) =>
      transactionalId === null
        ? [[{ operation: 'write', resource: 'topic' }, ...onCluster('idempotentWrite')]]
        : [inTransaction(transactionalId)],
  }),
  needsOf(messages.offsetForLeaderEpoch, {
    each: [{ list: 'topics', answers: 'topics', need: ({ topic }: ByTopic) => on('topic', 'describe', topic) }],
  }),
  needsOf(messages.addPartitionsToTxn, {
    whole: ({ v3AndBelowTransactionalId: id }, version) => [
      version < 4 ? inTransaction(id) : onCluster('clusterAction'),
    ],
    each: [
      {
        list: 'v3AndBelowTopics',
        answers: 'resultsByTopicV3AndBelow',
        need: ({ name }: Named) => on('topic', 'write', name),
        others: 'OPERATION_NOT_ATTEMPTED',
      },
    ],
  }),
  needsOf(messages.addOffsetsToTxn, {
    whole: ({ transactionalId, groupId }) => [inTransaction(transactionalId), on('group', 'read', groupId)],
  }),
  needsOf(messages.endTxn, { whole: ({ transactionalId }) => [inTransaction(transactionalId)] }),
  needsOf(messages.writeTxnMarkers, {
    whole: () => [[{ operation: 'alter', resource: 'cluster', name: clusterName }, ...onCluster('clusterAction')]],
  }),
  needsOf(messages.txnOffsetCommit, {
    whole: ({ transactionalId, groupId }) => [inTransaction(transactionalId), on('group', 'read', groupId)],
    each: [{ list: 'topics', answers: 'topics', need: ({ name }: Named) => on('topic', 'read', name) }],
  }),
  needsOf(messages.describeAcls, { whole: () => [onCluster('describe')] }),
  needsOf(messages.createAcls, { whole: () => [onCluster('alter')] }),
  needsOf(messages.deleteAcls, { whole: () => [onCluster('alter')] }),
  needsOf(messages.describeConfigs, {
    each: [
      {
        list: 'resources',
        answers: 'results',
        need: (resource: ConfigResource) => onConfigs('describeConfigs', resource),
      },
    ],
  }),
  needsOf(messages.alterConfigs, {
    each: [
      {
        list: 'resources',
        answers: 'responses',
        need: (resource: ConfigResource) => onConfigs('alterConfigs', resource),
      },
    ],
  }),
  needsOf(messages.incrementalAlterConfigs, {
    each: [
      {
        list: 'resources',
        answers: 'responses',
        need: (resource: ConfigResource) => onConfigs('alterConfigs', resource),
      },
    ],
  }),
  needsOf(messages.alterReplicaLogDirs, { whole: () => [onCluster('alter')] }),
  needsOf(messages.describeLogDirs, { whole: () => [onCluster('describe')] }),
  needsOf(messages.createPartitions, {
    each: [{ list: 'topics', answers: 'results', need: ({ name }: Named) => on('topic', 'alter', name) }],
  }),
  needsOf(messages.deleteGroups, {
    each: [{ list: 'groupsNames', answers: 'results', need: (id: string) => on('group', 'delete', id) }],
  }),
  needsOf(messages.electLeaders, { whole: () => [onCluster('alter')] }),
  needsOf(messages.alterPartitionReassignments, { whole: () => [onCluster('alter')] }),
  needsOf(messages.listPartitionReassignments, { whole: () => [onCluster('describe')] }),
  needsOf(messages.offsetDelete, { whole: ({ groupId }) => [on('group', 'delete', groupId)] }),
  needsOf(messages.describeClientQuotas, { whole: () => [onCluster('describeConfigs')] }),
  needsOf(messages.alterClientQuotas, { whole: () => [onCluster('alterConfigs')] }),
  needsOf(messages.describeUserScramCredentials, { whole: () => [onCluster('describe')] }),
  needsOf(messages.alterUserScramCredentials, { whole: () => [onCluster('alter')] }),
  needsOf(messages.describeQuorum, { whole: () => [onCluster('describe')] }),
  needsOf(messages.updateFeatures, { whole: () => [onCluster('alter')] }),
  needsOf(messages.describeProducers, {
    each: [{ list: 'topics', answers: 'topics', need: ({ name }: Named) => on('topic', 'read', name) }],
  }),
  needsOf(messages.unregisterBroker, { whole: () => [onCluster('alter')] }),
  needsOf(messages.describeTransactions, {
    each: [
      {
        list: 'transactionalIds',
        answers: 'transactionStates',
        need: (id: string) => on('transactionalId', 'describe', id),
      },
    ],
  }),
  needsOf(messages.listTransactions, {
    shown: {
      list: 'transactionStates',
      need: ({ transactionalId }: { transactionalId: string }) => on('transactionalId', 'describe', transactionalId),
    },
  }),
  needsOf(messages.shareGroupHeartbeat, inGroup),
  needsOf(messages.shareGroupDescribe, {
    each: [{ list: 'groupIds', answers: 'groups', need: (id: string) => on('group', 'describe', id) }],
  }),
  needsOf(messages.shareFetch, { whole: ({ groupId }) => [on('group', 'read', groupId ?? '')] }),
  needsOf(messages.shareAcknowledge, { whole: ({ groupId }) => [on('group', 'read', groupId ?? '')] }),
  needsOf(messages.describeShareGroupOffsets, {
    each: [
      {
        list: 'groups',
        answers: 'groups',
        need: (group: { groupId: string }) => on('group', 'describe', group.groupId),
      },
    ],
  }),
  needsOf(messages.alterShareGroupOffsets, inGroup),
  needsOf(messages.deleteShareGroupOffsets, { whole: ({ groupId }) => [on('group', 'delete', groupId)] }),
  needsOf(messages.listConfigResources, { whole: () => [onCluster('describeConfigs')] }),
]);

function onCoordinator(key: string, keyType: number): Need {
  if (keyType === SHARED_PARTITION) return onCluster('clusterAction');
  return keyType === TRANSACTION ? on('transactionalId', 'describe', key) : on('group', 'describe', key);
}
