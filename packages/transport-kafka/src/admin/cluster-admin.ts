import type { PartitionOffset, WaitOptions } from '@eventstream/core';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { codeError, topicMissing } from '../errors/code-error.ts';
import { BrokerLost } from '../network/broker-lost.ts';
import { type AdminContext, insist } from './context.ts';
import type { ClusterInfo, ConfigInfo, ConfigResource, TopicInfo } from './types.ts';

const resourceTypes = { topic: 2, broker: 4, group: 32 } as const;
/** Where a value comes from that nobody has set (KIP-226). */
const defaultSource = 5;
const operations = { set: 0, delete: 1 } as const;

/** The nodes, and which of them is the controller. */
export function describeCluster(context: AdminContext, wait: WaitOptions = {}): Promise<ClusterInfo> {
  return insist(context, { operation: 'describe the cluster', wait }, async () => {
    const answer = await context.cluster.ask(messages.metadata, { topics: [], allowAutoTopicCreation: false });
    const brokers = answer.brokers.map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack }));
    return { clusterId: answer.clusterId, controller: answer.controllerId, brokers };
  });
}

/** The names of all topics that may be seen. */
export function listTopics(context: AdminContext, wait: WaitOptions = {}): Promise<readonly string[]> {
  return insist(context, { operation: 'list topics', wait }, async () => {
    const answer = await context.cluster.ask(messages.metadata, { topics: null, allowAutoTopicCreation: false });
    return answer.topics.flatMap(({ name }) => name ?? []).sort();
  });
}

/** Where the partitions of topics are. */
export function describeTopics(
  context: AdminContext,
  topics: readonly string[],
  wait: WaitOptions = {},
): Promise<readonly TopicInfo[]> {
  return insist(context, { operation: 'describe topics', wait }, async (attempt) => {
    const asked = topics.map((name) => ({ name }));
    const answer = await context.cluster.ask(messages.metadata, { topics: asked, allowAutoTopicCreation: false });
    return answer.topics.map(({ name, errorCode, isInternal, partitions }) => {
      const topic = name ?? '';
      if (errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) throw topicMissing(topic);
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, { ...attempt, topic });
      const found = partitions.map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
        partition: partitionIndex,
        leader: leaderId,
        replicas: replicaNodes,
        inSync: isrNodes,
      }));
      return { topic, internal: isInternal, partitions: found.sort((one, other) => one.partition - other.partition) };
    });
  });
}

/** Gives a topic more partitions. */
export function createPartitions(
  context: AdminContext,
  { topic, total }: { readonly topic: string; readonly total: number },
  wait: WaitOptions = {},
): Promise<void> {
  const { cluster, settings } = context;
  const operation = `give topic "${topic}" ${total} partitions`;
  const onFailure = () => cluster.forgetController();
  return insist(context, { operation, topic, wait, onFailure }, async (attempt) => {
    const link = await cluster.controller();
    const answer = await link.request(messages.createPartitions, {
      topics: [{ name: topic, count: total, assignments: null }],
      timeoutMs: settings.requestTimeoutMs,
      validateOnly: false,
    });
    const { errorCode = errorCodes.NONE, errorMessage = null } = answer.results[0] ?? {};
    if (errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) throw topicMissing(topic);
    if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
    await cluster.look(topic);
  });
}

/** Every config of a resource. */
export function describeConfigs(
  context: AdminContext,
  resource: ConfigResource,
  wait: WaitOptions = {},
): Promise<readonly ConfigInfo[]> {
  const { type, name } = nameOf(resource);
  return insist(context, { operation: `describe configs of ${label(resource)}`, wait }, async (attempt) => {
    const request = { resources: [{ resourceType: type, resourceName: name, configurationKeys: null }] };
    const link = linkFor(context, resource);
    const answer = await (link?.request(messages.describeConfigs, request) ??
      context.cluster.ask(messages.describeConfigs, request));
    const [result] = answer.results;
    if (result === undefined) return [];
    if (result.errorCode !== errorCodes.NONE) throw codeError(result.errorCode, attempt, result.errorMessage);
    return result.configs.map((one) => ({
      name: one.name,
      value: one.value,
      isDefault: one.configSource === defaultSource,
      isReadOnly: one.readOnly,
      isSensitive: one.isSensitive,
    }));
  });
}

/** Sets configs, or gives them back to their default. */
export function alterConfigs(
  context: AdminContext,
  {
    resource,
    changes,
  }: { readonly resource: ConfigResource; readonly changes: Readonly<Record<string, string | null>> },
  wait: WaitOptions = {},
): Promise<void> {
  const { type, name } = nameOf(resource);
  return insist(context, { operation: `alter configs of ${label(resource)}`, wait }, async (attempt) => {
    const configs = Object.entries(changes).map(([key, value]) => ({
      name: key,
      configOperation: value === null ? operations.delete : operations.set,
      value,
    }));
    const request = { resources: [{ resourceType: type, resourceName: name, configs }], validateOnly: false };
    const link = linkFor(context, resource);
    const answer = await (link?.request(messages.incrementalAlterConfigs, request) ??
      context.cluster.ask(messages.incrementalAlterConfigs, request));
    const { errorCode = errorCodes.NONE, errorMessage = null } = answer.responses[0] ?? {};
    if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
  });
}

/** Deletes what lies before the offsets, at the leader of each partition. */
export async function deleteRecords(
  context: AdminContext,
  before: readonly PartitionOffset[],
  wait: WaitOptions = {},
): Promise<readonly PartitionOffset[]> {
  const { cluster, settings } = context;
  const left: PartitionOffset[] = [];
  for (const { topic, partition, offset } of before) {
    const operation = `delete records of ${topic}/${partition}`;
    const onFailure = () => void cluster.refresh();
    await insist(context, { operation, topic, wait, onFailure }, async (attempt) => {
      if (cluster.leaderOf(topic, partition) === undefined) await cluster.look(topic);
      if (cluster.topics.find(topic) === undefined) throw topicMissing(topic);
      const link = cluster.brokers.link(cluster.leaderOf(topic, partition)?.leader ?? -1);
      if (link === undefined) throw new BrokerLost('the leader', 'it is not known', { maybeServed: false });
      const answer = await link.request(messages.deleteRecords, {
        topics: [{ name: topic, partitions: [{ partitionIndex: partition, offset: BigInt(offset) }] }],
        timeoutMs: settings.requestTimeoutMs,
      });
      const told = answer.topics[0]?.partitions[0];
      const errorCode = told?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR;
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt);
      left.push({ topic, partition, offset: Number(told?.lowWatermark) });
    });
  }
  return left;
}

/** A broker answers for its own configs only; everything else any broker answers. */
function linkFor({ cluster }: AdminContext, resource: ConfigResource) {
  if (!('broker' in resource) || resource.broker === 'all') return undefined;
  const link = cluster.brokers.link(resource.broker);
  if (link === undefined) throw new BrokerLost(`broker ${resource.broker}`, 'it is not known', { maybeServed: false });
  return link;
}

function nameOf(resource: ConfigResource) {
  if ('topic' in resource) return { type: resourceTypes.topic, name: resource.topic };
  if ('group' in resource) return { type: resourceTypes.group, name: resource.group };
  return { type: resourceTypes.broker, name: resource.broker === 'all' ? '' : String(resource.broker) };
}

function label(resource: ConfigResource): string {
  if ('topic' in resource) return `topic "${resource.topic}"`;
  return 'group' in resource ? `group "${resource.group}"` : `broker ${resource.broker}`;
}
