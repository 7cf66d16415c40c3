import { type KafkaRecord, type RecordBatch, readBatches } from '@eventstream/kafka-protocol';
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
  /** Only of records that belong to one. */
  readonly transaction?: {
    readonly producerId: number;
    readonly producerEpoch: number;
    readonly state: 'open' | 'committed' | 'aborted';
  };
};

/** Which records are wanted. */
export type RecordWish = {
  /** All that lie in the log (default), or what a consumer of committed records would get. */
  readonly isolation?: 'uncommitted' | 'committed';
  /** Of this partition only. */
  readonly partition?: number;
  /** From this offset on, in every partition. */
  readonly from?: number;
  /** At most so many; the rest is not decoded. */
  readonly limit?: number;
};

/** Every record still in the log of a topic, partition by partition, in offset order. */
export function readTopic(topic: Topic, wish: RecordWish = {}): StoredRecord[] {
  const { limit = Number.POSITIVE_INFINITY } = wish;
  const found: StoredRecord[] = [];
  for (const partition of topic.partitions) {
    if (wish.partition !== undefined && wish.partition !== partition.index) continue;
    for (const record of recordsOf(partition, wish)) {
      if (found.length >= limit) return found;
      found.push(record);
    }
  }
  return found;
}

function* recordsOf({ index, log }: Partition, { isolation, from = 0 }: RecordWish): Generator<StoredRecord> {
  const isCommitted = isolation === 'committed';
  const { logStart, lastStable, end } = log.watermarks;
  const first = logStart > BigInt(from) ? logStart : BigInt(from);
  const before = isCommitted ? lastStable : end;
  for (const bytes of log.read(first, { maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true, before })) {
    for (const batch of readBatches(bytes)) {
      if (batch.isControl || (isCommitted && log.transactions.aborted.covers(batch))) continue;
      const transaction = transactionOf(batch, log);
      for (const record of batch.records(codecs)) {
        if (record.offset >= first) yield { ...toStored(index, record), ...(transaction && { transaction }) };
      }
    }
  }
}

function transactionOf(batch: RecordBatch, { transactions }: Partition['log']): StoredRecord['transaction'] {
  if (!batch.isTransactional) return undefined;
  const { producerId, producerEpoch, baseOffset } = batch;
  const openSince = transactions.startOf(producerId);
  const isOpen = openSince !== undefined && openSince <= baseOffset;
  const state = isOpen ? 'open' : transactions.aborted.covers(batch) ? 'aborted' : 'committed';
  return { producerId: Number(producerId), producerEpoch, state };
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
