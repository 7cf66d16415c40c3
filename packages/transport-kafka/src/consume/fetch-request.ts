import type { messages, RequestInput, ResponseOf } from '@eventstream/kafka-protocol';
import type { Cluster } from '../cluster/cluster.ts';
import type { Reading } from './reading.ts';

/** The bounds of one fetch. */
export type FetchLimits = {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  readonly committedOnly: boolean;
  readonly rack: string;
};

/** A partition in a fetch, as it stood when the fetch was sent. */
export type Asked = { readonly reading: Reading; readonly from: number; readonly turn: number };

/** What the answer says about one partition. */
export type PartitionAnswer = ResponseOf<typeof messages.fetch>['responses'][number]['partitions'][number];

/** The request that asks for some partitions of one node. */
export function fetchRequest(
  asked: readonly Asked[],
  cluster: Cluster,
  limits: FetchLimits,
): RequestInput<typeof messages.fetch> {
  const topics = new Map<string, RequestInput<typeof messages.fetch>['topics'][number]['partitions'][number][]>();
  for (const { reading, from } of asked) {
    const partitions = topics.get(reading.topic) ?? [];
    if (partitions.length === 0) topics.set(reading.topic, partitions);
    partitions.push({
      partition: reading.partition,
      currentLeaderEpoch: cluster.leaderOf(reading.topic, reading.partition)?.epoch ?? -1,
      fetchOffset: BigInt(from),
      partitionMaxBytes: limits.partitionMaxBytes,
    });
  }
  return {
    maxWaitMs: limits.maxWaitMs,
    minBytes: limits.minBytes,
    maxBytes: limits.maxBytes,
    isolationLevel: limits.committedOnly ? 1 : 0,
    rackId: limits.rack,
    topics: Array.from(topics, ([topic, partitions]) => ({ topic, partitions })),
  };
}

/** What an answer says about a partition. */
export function answerFor(
  answer: ResponseOf<typeof messages.fetch>,
  { topic, partition }: Reading,
): PartitionAnswer | undefined {
  return answer.responses
    .find((one) => one.topic === topic)
    ?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
}
