import { type Appended, type Clock, EventstreamError } from '@eventstream/core';
import type { Batch } from './batch.ts';
import { recordTooLarge } from './delivery-errors.ts';
import { type Append, batchOverhead, recordSize } from './encode.ts';
import { type BatchLimits, PartitionQueue } from './partition-queue.ts';

/** Bounds of what is held. */
export interface AccumulatorLimits extends BatchLimits {
  readonly bufferBytes: number;
  readonly maxRequestBytes: number;
  readonly clock: Clock;
}

function bufferFull(bytes: number, limit: number): EventstreamError {
  return new EventstreamError('buffer-full', {
    message: `${bytes} bytes wait for the brokers; the bound is ${limit}. Await drained() and append again, or raise bufferBytes.`,
    facts: { bytes, limit },
  });
}

/** Holds what was appended and is not acknowledged, in batches per partition, within a bound. */
export class Accumulator {
  readonly #limits: AccumulatorLimits;
  readonly #queues = new Map<string, PartitionQueue[]>();
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor(limits: AccumulatorLimits) {
    this.#limits = limits;
  }

  /** At the bound: the next append is refused. */
  get full(): boolean {
    return this.#bytes >= this.#limits.bufferBytes;
  }

  /** Bytes of records that are not settled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts a record into its partition's open batch. Gives the receipt and the queue to be sent, or the refusal. */
  append(topic: string, record: Append): { readonly receipt: Promise<Appended>; readonly queue?: PartitionQueue } {
    const { bufferBytes, maxRequestBytes, clock } = this.#limits;
    if (this.full) return { receipt: Promise.reject(bufferFull(this.#bytes, bufferBytes)) };
    const size = recordSize(record.key, record.value, record.headers);
    if (size + batchOverhead > maxRequestBytes) {
      return { receipt: Promise.reject(recordTooLarge(topic, size, maxRequestBytes - batchOverhead)) };
    }
    const queue = this.#queue(topic, record.partition);
    const batch = queue.open(size, clock.elapsed(), this.#limits);
    this.#bytes += size;
    return { receipt: batch.add(record, size), queue };
  }

  /** Takes a settled batch's bytes off the bound. */
  release(batch: Batch): void {
    this.#bytes -= batch.payload;
    if (this.full) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when there is room. */
  drained(): Promise<void> {
    return this.full ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** Every partition something was ever appended to. */
  *queues(): Generator<PartitionQueue> {
    for (const queues of this.#queues.values()) for (const queue of queues) if (queue !== undefined) yield queue;
  }

  #queue(topic: string, partition: number): PartitionQueue {
    const queues = this.#queues.get(topic) ?? [];
    if (queues.length === 0) this.#queues.set(topic, queues);
    const queue = queues[partition] ?? new PartitionQueue(topic, partition);
    queues[partition] = queue;
    return queue;
  }
}
