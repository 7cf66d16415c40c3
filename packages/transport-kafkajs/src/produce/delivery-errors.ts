import { EventstreamError } from '@eventstream/core';
import { type Failure, toEventstreamError } from '../client/errors.ts';
import type { Batch } from './batch.ts';

/** Why a batch is rejected although a broker answered. */
export function deliveryFailed(batch: Batch, failure: Failure): EventstreamError {
  const { topic, partition, attempts } = batch;
  return new EventstreamError('delivery-failed', {
    message: `${batch.records} records for ${topic}/${partition} were refused with ${failure.code} after ${attempts} attempts: ${failure.message}`,
    facts: { topic, partition, attempts, kafkaCode: failure.code },
    cause: failure.cause,
    retriable: failure.meaning.retriable,
  });
}

/** Why a batch is rejected that the broker calls too large, when it holds one record only. */
export function recordTooLarge(topic: string, bytes: number, limit: number): EventstreamError {
  return new EventstreamError('record-too-large', {
    message: `A record of ${bytes} bytes for "${topic}" is over the limit of ${limit}. Make it smaller, or raise maxRequestBytes and the topic's max.message.bytes.`,
    facts: { topic, bytes, limit },
  });
}

/** Why a batch is rejected whose time is up. */
export function deliveryTimeout(batch: Batch, timeoutMs: number): EventstreamError {
  const { topic, partition, lastFailure: last } = batch;
  const fate = batch.maybeStored ? 'They may be stored or not.' : 'They are not stored.';
  const reason = last === undefined ? 'no answer came' : `last: ${last.code}, ${last.message}`;
  return new EventstreamError('delivery-timeout', {
    message: `${batch.records} records for ${topic}/${partition} were not acknowledged within ${timeoutMs} ms (${reason}). ${fate} Look at the partition's leader.`,
    facts: { topic, partition, timeoutMs },
    ...(last === undefined ? {} : { cause: last.cause }),
  });
}

/** Why a batch is rejected that a broker refused for good. */
export function refusal(batch: Batch, failure: Failure, brokers: readonly string[]): EventstreamError {
  if (failure.meaning.kind !== 'authorization' && failure.meaning.kind !== 'authentication') {
    return deliveryFailed(batch, failure);
  }
  return toEventstreamError(failure.cause, { operation: 'produce', brokers, topic: batch.topic });
}
