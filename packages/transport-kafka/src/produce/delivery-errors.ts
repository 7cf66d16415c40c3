import { EventstreamError } from '@eventstream/core';
import { errorInfo } from '@eventstream/kafka-protocol';
import { codeError, kindOf } from '../errors/code-error.ts';
import type { Batch } from './batch.ts';

/** Why a batch is rejected that a broker refused for good. */
export function refusal(batch: Batch, code: number, said: string | null): EventstreamError {
  const { topic, partition, attempts, records } = batch;
  const kind = kindOf(code);
  if (kind === 'authorization' || kind === 'authentication') {
    return codeError(code, { operation: 'produce', brokers: [], topic }, said);
  }
  const { name, message, retriable } = errorInfo(code);
  return new EventstreamError('delivery-failed', {
    message: `${records} records for ${topic}/${partition} were refused with ${name} after ${attempts} attempts: ${said ?? message}.`,
    facts: { topic, partition, attempts, kafkaCode: name },
    retriable,
  });
}

/** Why a record is rejected that no batch can hold, or no broker takes. */
export function recordTooLarge(topic: string, bytes: number, limit: number): EventstreamError {
  return new EventstreamError('record-too-large', {
    message: `A record of ${bytes} bytes for "${topic}" is over the limit of ${limit}. Make it smaller, or raise maxRequestBytes and the topic's max.message.bytes.`,
    facts: { topic, bytes, limit },
  });
}

/** Why a batch is rejected whose time is up. */
export function deliveryTimeout(batch: Batch, timeoutMs: number): EventstreamError {
  const { topic, partition, lastFailure: last } = batch;
  const fate = batch.maybeStored || batch.state === 'flying' ? 'They may be stored or not.' : 'They are not stored.';
  const reason = last === undefined ? 'no answer came' : `last: ${last.code}, ${last.message}`;
  return new EventstreamError('delivery-timeout', {
    message: `${batch.records} records for ${topic}/${partition} were not acknowledged within ${timeoutMs} ms (${reason}). ${fate} Look at the partition's leader.`,
    facts: { topic, partition, timeoutMs },
    ...(last?.cause === undefined ? {} : { cause: last.cause }),
  });
}

/** Why a record is not taken in. */
export function bufferFull(bytes: number, limit: number): EventstreamError {
  return new EventstreamError('buffer-full', {
    message: `${bytes} bytes wait for their acknowledgement and the bound is ${limit}. Wait for drained(), or raise bufferBytes.`,
    facts: { bytes, limit },
  });
}

/** Why a record is not taken in. */
export function partitionMissing(topic: string, partition: number, partitions: number): EventstreamError {
  return new EventstreamError('partition-missing', {
    message: `Topic "${topic}" has ${partitions} partitions; ${partition} is not one of them. Choose one below that number.`,
    facts: { topic, partition },
  });
}
