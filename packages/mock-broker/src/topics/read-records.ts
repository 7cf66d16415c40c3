import { type KafkaRecord, readBatches } from '@eventstream/kafka-protocol';
import { codecs } from '../log/codecs.ts';
import type { Partition } from './partition.ts';
import type { Topic } from './topic.ts';

/** A record as a test wants to see it. `key` and `value` are copies. */
export type StoredRecord = {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[];
};

/** Which records are wanted: all that lie in the log (default), or what a consumer of committed records would get. */
export type RecordWish = { readonly isolation?: 'uncommitted' | 'committed' };

/** Every record still in the log of a topic, partition by partition, in offset order. */
export function readTopic(topic: Topic, wish: RecordWish = {}): StoredRecord[] {
  return topic.partitions.flatMap((partition) => readPartition(partition, wish.isolation === 'committed'));
}

function readPartition({ index, log }: Partition, isCommitted: boolean): StoredRecord[] {
  const { logStart, lastStable, end } = log.watermarks;
  const before = isCommitted ? lastStable : end;
  const found: StoredRecord[] = [];
  for (const bytes of log.read(logStart, { maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true, before })) {
    for (const batch of readBatches(bytes)) {
      if (batch.isControl || (isCommitted && log.transactions.aborted.covers(batch))) continue;
      for (const record of batch.records(codecs)) if (record.offset >= logStart) found.push(toStored(index, record));
    }
  }
  return found;
}

function toStored(partition: number, { offset, timestamp, key, value, headers }: KafkaRecord): StoredRecord {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: copy(key),
    value: copy(value),
    headers: headers.map((header) => ({ key: header.key, value: copy(header.value) })),
  };
}

function copy(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes);
}
