import type { ErrorName, RecordBatch } from '@eventstream/kafka-protocol';
import type { SequencedBatch } from '../log/producer-window.ts';
import { type Refusal, verifyBatch } from '../log/verify-batch.ts';
import type { Observers } from '../observers.ts';
import type { Partition } from './partition.ts';
import type { Topic } from './topic.ts';

/** What an append answers, for Produce's fields. */
export type AppendResult = {
  readonly error: ErrorName;
  readonly message: string | null;
  readonly baseOffset: bigint;
  readonly logAppendTime: bigint;
  readonly logStartOffset: bigint;
};

/** Where to append, and what is needed besides. */
export type AppendTarget = {
  readonly topic: Topic;
  readonly partition: Partition;
  readonly now: number;
  readonly observers: Observers;
};

/** Verifies one batch and stores it, unless this producer already stored it. Whoever waits for data is woken. */
export function appendRecords(target: AppendTarget, records: Uint8Array | null): AppendResult {
  const { topic, partition } = target;
  const batch = verifyBatch(records, topic.configs.number('max.message.bytes'));
  if ('error' in batch) return refused(partition, batch);
  if (batch.isTransactional) {
    return refused(partition, { error: 'INVALID_TXN_STATE', message: 'this broker has no transactions yet' });
  }
  const logAppendTime =
    topic.configs.get('message.timestamp.type') === 'LogAppendTime' ? BigInt(target.now) : undefined;
  const sequenced = sequenceOf(batch);
  if (sequenced) {
    const verdict = partition.producers.judge(sequenced);
    if (verdict.kind === 'duplicate') return stored(partition, verdict.baseOffset, logAppendTime && verdict.timestamp);
    if (verdict.kind === 'refuse') {
      const message = `sequence ${sequenced.first} of producer ${sequenced.producerId}, epoch ${sequenced.epoch}`;
      return refused(partition, { error: verdict.error, message });
    }
  }
  const baseOffset = partition.log.append(batch, { leaderEpoch: partition.leaderEpoch, logAppendTime });
  if (sequenced) partition.producers.remember(sequenced, baseOffset, logAppendTime ?? batch.maxTimestamp);
  announce(target, batch, baseOffset);
  return stored(partition, baseOffset, logAppendTime);
}

function sequenceOf(batch: RecordBatch): SequencedBatch | undefined {
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
  });
}

function stored(partition: Partition, baseOffset: bigint, logAppendTime = -1n): AppendResult {
  const logStartOffset = partition.log.watermarks.logStart;
  return { error: 'NONE', message: null, baseOffset, logAppendTime, logStartOffset };
}

function refused(partition: Partition, { error, message }: Refusal): AppendResult {
  const logStartOffset = partition.log.watermarks.logStart;
  return { error, message, baseOffset: -1n, logAppendTime: -1n, logStartOffset };
}
