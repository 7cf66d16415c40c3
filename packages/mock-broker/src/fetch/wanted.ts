import type { messages, RequestOf } from '@eventstream/kafka-protocol';
import type { PartitionReference } from '../dispatch/led-partition.ts';

type FetchRequest = RequestOf<typeof messages.fetch>;

/** A partition a client wants to read, and from where on. */
export type Wanted = PartitionReference & {
  readonly leaderEpoch: number;
  readonly offset: bigint;
  readonly maxBytes: number;
  /** The epoch of the last record the reader has; -1 when it does not say (KIP-320). */
  readonly lastFetchedEpoch: number;
  /** The node that reads for its own copy; -1 for clients. */
  readonly replicaId: number;
};

/** What tells partitions apart inside a session: ids in versions that send ids, names before. */
export function keyOf({ name, id, index }: Pick<PartitionReference, 'name' | 'id' | 'index'>): string {
  return `${name || id}/${index}`;
}

/** The partitions a request names. */
export function wantedOf({ topics, replicaId, replicaState }: FetchRequest, usesIds: boolean): Wanted[] {
  return topics.flatMap(({ topic: name, topicId, partitions }) =>
    partitions.map(({ partition, currentLeaderEpoch, fetchOffset, lastFetchedEpoch, partitionMaxBytes }) => ({
      name,
      id: usesIds ? topicId : '',
      index: partition,
      leaderEpoch: currentLeaderEpoch,
      offset: fetchOffset,
      maxBytes: partitionMaxBytes,
      lastFetchedEpoch,
      replicaId: Math.max(replicaId, replicaState.replicaId),
    })),
  );
}

/** Keys of the partitions a request takes out of its session. */
export function forgottenOf({ forgottenTopicsData }: FetchRequest): string[] {
  return forgottenTopicsData.flatMap(({ topic: name, topicId: id, partitions }) =>
    partitions.map((index) => keyOf({ name, id, index })),
  );
}
