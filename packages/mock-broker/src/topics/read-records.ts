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

/** Every record still in the log of a topic, partition by partition, in offset order. */
export function readTopic(topic: Topic): StoredRecord[] {
  return topic.partitions.flatMap(readPartition);
}

function readPartition({ index, log }: Partition): StoredRecord[] {
  const { logStart } = log.watermarks;
  const found: StoredRecord[] = [];
  for (const bytes of log.read(logStart, { maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true })) {
    for (const batch of readBatches(bytes)) {
      if (batch.isControl) continue;
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
