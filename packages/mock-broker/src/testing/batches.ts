import { type Codecs, type Compression, encodeBatch, messages } from '@eventstream/kafka-protocol';
import { codecs as usual } from '../log/codecs.ts';
import type { ClusterUnderTest } from './cluster-under-test.ts';

/** What a test says about a batch. */
export type BatchWish = {
  readonly values: readonly (string | null)[];
  readonly keys?: readonly string[];
  readonly timestamps?: readonly bigint[];
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly compression?: Compression;
  /** Other codecs than the broker's, for batches that are compressed wrongly. */
  readonly codecs?: Codecs;
};

/** A record batch with these values. */
export function batchOf({ values, keys, timestamps, codecs = usual, ...more }: BatchWish): Uint8Array {
  const records = values.map((value, at) => ({
    key: keys?.[at] ?? null,
    value,
    timestamp: timestamps?.[at] ?? 1000n,
  }));
  return encodeBatch({ records, ...more }, codecs);
}

/** Produces one batch to `topic`, partition 0, and gives its partition's answer. */
export async function produce(under: ClusterUnderTest, topic: string, wish: BatchWish, partition = 0) {
  const answer = await under.call(
    messages.produce,
    { version: 9, node: under.cluster.catalog.byName(topic)?.partition(partition)?.leader ?? 1 },
    {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index: partition, records: batchOf(wish) }] }],
    },
  );
  return answer.responses[0]!.partitionResponses[0]!;
}
