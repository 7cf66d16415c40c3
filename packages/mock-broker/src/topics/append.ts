import { type ErrorName, encodeTransactionMarker, RecordBatch, type TransactionEnd } from '@eventstream/kafka-protocol';
import type { SequencedBatch, SequencedMarker } from '../log/producer-window.ts';
import { type Refusal, verifyBatch, verifyKeys } from '../log/verify-batch.ts';
import type { Observers } from '../observers.ts';
import { TIMESTAMP_DIFFERENCE } from './config-definitions.ts';
import type { Partition } from './partition.ts';
import { recompressed } from './recompress.ts';
import type { Topic } from './topic.ts';

/** What records carry that have no time. */
const NO_TIMESTAMP = -1n;

/** What an append answers, for Produce's fields. */
export type AppendResult = {
  readonly error: ErrorName;
  readonly message: string | null;
  /** Which records are at fault, by their index in the batch. */
  readonly badRecords: readonly number[];
  readonly baseOffset: bigint;
  readonly logAppendTime: bigint;
  readonly logStartOffset: bigint;
};

/** Where to append, and what is needed besides. */
export type AppendTarget = {
  readonly topic: Topic;
  readonly partition: Partition;
  readonly now: number;
  /** Whether records may be refused for their own time. */
  readonly judgesTimes?: boolean;
  readonly observers: Observers;
};

/** Whether a transaction lets a batch in; asked of transactional batches only. */
export type Admission = (batch: RecordBatch) => ErrorName;

/** Verifies one batch and stores it, unless this producer already stored it. Whoever waits for data is woken. */
export function appendRecords(target: AppendTarget, records: Uint8Array | null, admit: Admission): AppendResult {
  const { topic, partition } = target;
  const sent = verifyBatch(records, topic.configs.number('max.message.bytes'));
  if ('error' in sent) return refused(sent);
  const batch = recompressed(sent, topic.configs);
  if ('error' in batch) return refused(batch);
  const untimely = target.judgesTimes && appendTimeOf(target) === undefined ? verifyTimes(batch, target) : undefined;
  if (untimely) return refused(untimely, partition);
  const keyless = topic.configs.list('cleanup.policy').includes('compact') ? verifyKeys(batch) : undefined;
  if (keyless) return refused(keyless, partition);
  const barred = judgeTransaction(partition, batch, admit);
  if (barred) return refused(barred);
  const logAppendTime = appendTimeOf(target);
  const sequenced = sequenceOf(batch);
  if (sequenced) {
    const verdict = partition.producers.judge(sequenced);
    if (verdict.kind === 'duplicate') return stored(partition, verdict.baseOffset, verdict.timestamp);
    if (verdict.kind === 'refuse') {
      const message = `sequence ${sequenced.first} of producer ${sequenced.producerId}, epoch ${sequenced.epoch}`;
      return refused({ error: verdict.error, message }, partition);
    }
  }
  const baseOffset = partition.log.append(batch, { leaderEpoch: partition.leaderEpoch, logAppendTime });
  if (sequenced) partition.producers.remember(sequenced, baseOffset, logAppendTime ?? batch.maxTimestamp);
  announce(target, batch, baseOffset);
  return stored(partition, baseOffset, logAppendTime);
}

/** Why a batch's times are too far from the broker's own. Of the older bound only the first record's is known unread. */
function verifyTimes({ baseTimestamp, maxTimestamp }: RecordBatch, { topic, now }: AppendTarget): Refusal | undefined {
  const ahead = Number(maxTimestamp) - now;
  const behind = now - Number(baseTimestamp);
  const isAhead = ahead > timeBound(topic, 'after');
  const isBehind = baseTimestamp !== NO_TIMESTAMP && behind > timeBound(topic, 'before');
  if (!isAhead && !isBehind) return undefined;
  const message = isAhead ? `a record is ${ahead} ms ahead of the broker's clock` : `a record is ${behind} ms old`;
  return { error: 'INVALID_TIMESTAMP', message: `${message}, more than the topic allows` };
}

/** How far times may be off in a direction: the bound common to both, which old releases know, holds where it has none. */
function timeBound({ configs }: Topic, side: 'after' | 'before'): number {
  const name = `message.timestamp.${side}.max.ms`;
  return Number(configs.chosen(name) ?? configs.chosen(TIMESTAMP_DIFFERENCE) ?? configs.get(name));
}

/** Writes the marker that ends a producer's transaction on a partition, through the same log as its records. */
export function appendMarker(target: AppendTarget, marker: SequencedMarker, type: TransactionEnd): ErrorName {
  const { partition } = target;
  const refusal = partition.producers.judgeMarker(marker);
  if (refusal) return refusal;
  const { producerId, epoch: producerEpoch, coordinatorEpoch } = marker;
  const timestamp = BigInt(target.now);
  const rules = { leaderEpoch: partition.leaderEpoch, logAppendTime: appendTimeOf(target) };
  const bytes = encodeTransactionMarker({ type, producerId, producerEpoch, coordinatorEpoch, timestamp });
  const batch = new RecordBatch(bytes);
  const baseOffset = partition.log.append(batch, rules);
  partition.producers.rememberMarker(marker, timestamp);
  announce(target, batch, baseOffset);
  return 'NONE';
}

/** The time the topic gives records instead of their own; it asks at every append, for the config may have changed. */
function appendTimeOf({ topic, now }: AppendTarget): bigint | undefined {
  return topic.configs.get('message.timestamp.type') === 'LogAppendTime' ? BigInt(now) : undefined;
}

/** Why a batch may not be part of its producer's transaction, or may not stay outside of it. */
function judgeTransaction({ producers, log }: Partition, batch: RecordBatch, admit: Admission): Refusal | undefined {
  const { producerId, producerEpoch } = batch;
  const isOpen = producerId >= 0n && log.transactions.startOf(producerId) !== undefined;
  const epoch = producers.epochOf(producerId) ?? producerEpoch;
  if (!batch.isTransactional) {
    if (!isOpen || epoch !== producerEpoch) return undefined;
    return { error: 'INVALID_TXN_STATE', message: `producer ${producerId} has an open transaction on this partition` };
  }
  if (producerEpoch < epoch) {
    const message = `epoch ${producerEpoch} of producer ${producerId} is older than ${epoch}`;
    return { error: 'INVALID_PRODUCER_EPOCH', message };
  }
  const error = admit(batch);
  return error === 'NONE'
    ? undefined
    : { error, message: `the transaction of producer ${producerId} does not allow it` };
}

/** What the window of producers makes of a batch; nothing when its producer is not idempotent. */
export function sequenceOf(batch: RecordBatch): SequencedBatch | undefined {
  if (batch.producerId < 0n || batch.baseSequence < 0) return undefined;
  const { producerId, producerEpoch, baseSequence, lastSequence } = batch;
  return { producerId, epoch: producerEpoch, first: baseSequence, last: lastSequence };
}

function announce({ topic, partition, observers }: AppendTarget, batch: RecordBatch, baseOffset: bigint): void {
  partition.changed.fire();
  if (!observers.has('append')) return;
  observers.emit('append', {
    topic: topic.name,
    partition: partition.index,
    baseOffset: Number(baseOffset),
    records: batch.recordCount,
    bytes: batch.sizeInBytes,
    isControl: batch.isControl,
  });
}

function stored(partition: Partition, baseOffset: bigint, logAppendTime = -1n): AppendResult {
  const logStartOffset = partition.log.watermarks.logStart;
  return { error: 'NONE', message: null, badRecords: [], baseOffset, logAppendTime, logStartOffset };
}

/** Where the log starts is told once the log itself had a reason to refuse. */
function refused({ error, message, records = [] }: Refusal, partition?: Partition): AppendResult {
  const logStartOffset = partition?.log.watermarks.logStart ?? -1n;
  return { error, message, badRecords: records, baseOffset: -1n, logAppendTime: -1n, logStartOffset };
}
