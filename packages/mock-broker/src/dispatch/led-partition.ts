import type { ErrorName } from '@eventstream/kafka-protocol';
import type { Partition } from '../topics/partition.ts';
import type { Topic } from '../topics/topic.ts';
import type { RequestContext } from './context.ts';

/** How a request names a partition; `id` is empty in versions that send names, and the name in versions that send ids. */
export type PartitionReference = {
  readonly name: string | null;
  readonly id: string;
  readonly index: number;
  /** What the client believes the epoch to be (KIP-320); -1: it does not know. */
  readonly leaderEpoch?: number;
};

/** A partition this node may answer for. */
export type LedPartition = { readonly topic: Topic; readonly partition: Partition };

/** The partition, if it exists and the node asked is its leader in the client's epoch; else why not. */
export function ledPartition(context: RequestContext, reference: PartitionReference): LedPartition | ErrorName {
  return partitionHere(context, reference, ({ leader }) => leader === context.nodeId);
}

/** The partition, if it exists and the node asked has a replica of it, as leader or not (KIP-392); else why not. */
export function heldPartition(context: RequestContext, reference: PartitionReference): LedPartition | ErrorName {
  return partitionHere(
    context,
    reference,
    ({ leader, replicas }) => leader === context.nodeId || replicas.includes(context.nodeId),
  );
}

function partitionHere(
  context: RequestContext,
  reference: PartitionReference,
  isHere: (partition: Partition) => boolean,
): LedPartition | ErrorName {
  const topic = context.catalog.find(reference);
  if (!topic) return reference.name || reference.id === '' ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID';
  const partition = topic.partition(reference.index);
  if (!partition) return 'UNKNOWN_TOPIC_OR_PARTITION';
  const believed = reference.leaderEpoch ?? -1;
  if (believed > partition.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH';
  if (!isHere(partition)) return 'NOT_LEADER_OR_FOLLOWER';
  if (believed >= 0 && believed < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH';
  return { topic, partition };
}

/** Where the leader is now, for clients that save themselves a metadata round trip (KIP-951). */
export function leaderHint(
  context: RequestContext,
  reference: PartitionReference,
): { leaderId: number; leaderEpoch: number } | undefined {
  const partition = context.catalog.find(reference)?.partition(reference.index);
  return partition && { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch };
}

/** The addresses that go with leader hints: every node that is up. */
export function nodeEndpoints(context: RequestContext) {
  const { topology, listener } = context;
  return topology.up().map(({ id }) => ({ nodeId: id, ...topology.address(id, listener) }));
}
