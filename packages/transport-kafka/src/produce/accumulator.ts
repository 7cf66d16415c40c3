import type { Clock, EventstreamError } from '@eventstream/core';
import { type Append, Batch } from './batch.ts';
import { batchOverhead } from './batch-bytes.ts';
import { bufferFull, recordTooLarge } from './delivery-errors.ts';
import { PartitionQueue } from './partition-queue.ts';
import { fieldSize, headersSize, roomFor } from './record-size.ts';
import { Slabs } from './slabs.ts';

/** The bounds of what waits. */
export type AccumulatorLimits = {
  readonly batchBytes: number;
  readonly maxRequestBytes: number;
  readonly bufferBytes: number;
  readonly deliveryTimeoutMs: number;
  readonly clock: Clock;
};

/** Memory kept for later batches, beside what waits. */
const pooledBytes = 8 * 1024 * 1024;
/** The most a record's own fields take: its length, attributes and the deltas of time and offset. */
const prefixBytes = 21;

/** Takes records in, into one open batch for each partition, and knows how many bytes wait. */
export class Accumulator {
  readonly #limits: AccumulatorLimits;
  readonly #slabs: Slabs;
  readonly #topics = new Map<string, PartitionQueue[]>();
  #waitingBytes = 0;
  #drained: (() => void)[] = [];

  constructor(limits: AccumulatorLimits) {
    this.#limits = limits;
    this.#slabs = new Slabs({ largest: limits.batchBytes * 4, limit: pooledBytes });
  }

  get full(): boolean {
    return this.#waitingBytes >= this.#limits.bufferBytes;
  }

  /** Resolves when there is room again: not before half of it, so that whoever waits can go on for a while. */
  drained(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  *queues(): Iterable<PartitionQueue> {
    for (const partitions of this.#topics.values()) for (const queue of partitions) if (queue) yield queue;
  }

  queue(topic: string, partition: number): PartitionQueue {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.#topics.set(topic, partitions);
    }
    partitions[partition] ??= new PartitionQueue(topic, partition);
    return partitions[partition];
  }

  /** Puts a record into the open batch. `filled` tells that a batch was closed because it is full. */
  append(queue: PartitionQueue, record: Append): Taken {
    const room = roomFor(record.key, record.value, record.headers);
    const { bufferBytes } = this.#limits;
    if (this.full) return { refused: bufferFull(this.#waitingBytes, bufferBytes) };
    const place = this.#place(queue, record, room);
    if ('refused' in place) return place;
    const { batch } = place;
    batch.content.reserve(room);
    const before = batch.bytes;
    const receipt = batch.append(record);
    this.#waitingBytes += batch.bytes - before;
    if (batch.content.size >= this.#limits.batchBytes) {
      batch.sealed = true;
      return { receipt, batch, filled: true };
    }
    return { receipt, batch, filled: place.filled };
  }

  /** A batch beside the open one, as when one is cut in two. */
  spare({ topic, partition, deadline, openedAt }: Batch): Batch {
    return new Batch(topic, partition, { slab: this.#slabs.take(), now: openedAt, deadline });
  }

  /** A batch was cut in two. */
  replace(batch: Batch, halves: readonly Batch[]): void {
    for (const half of halves) this.#waitingBytes += half.bytes;
    this.release(batch, true);
  }

  /** The batch is settled: its bytes do not wait any more. `reusable` when nothing can still read its memory. */
  release(batch: Batch, reusable: boolean): void {
    this.#waitingBytes -= batch.bytes;
    if (reusable) this.#slabs.give(batch.content.slab);
    if (this.#drained.length === 0 || this.#waitingBytes > this.#limits.bufferBytes / 2) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #place(queue: PartitionQueue, record: Append, room: number): Place {
    const { open } = queue;
    const { batchBytes, maxRequestBytes, clock, deliveryTimeoutMs } = this.#limits;
    if (open !== undefined && open.content.size + room <= batchBytes) return { batch: open, filled: false };
    const size = sizeOf(record);
    if (batchOverhead + size > maxRequestBytes) {
      return { refused: recordTooLarge(queue.topic, size, maxRequestBytes - batchOverhead) };
    }
    if (open !== undefined && open.content.size + size <= batchBytes) return { batch: open, filled: false };
    if (open !== undefined) open.sealed = true;
    const now = clock.elapsed();
    const batch = new Batch(queue.topic, queue.partition, {
      slab: this.#slabs.take(),
      now,
      deadline: now + deliveryTimeoutMs,
    });
    queue.batches.push(batch);
    return { batch, filled: open !== undefined };
  }
}

/** What became of a record. */
export type Taken =
  | { readonly receipt: Promise<unknown>; readonly batch: Batch; readonly filled: boolean }
  | { readonly refused: EventstreamError };

type Place = { readonly batch: Batch; readonly filled: boolean } | { readonly refused: EventstreamError };

function sizeOf({ key, value, headers }: Append): number {
  return prefixBytes + fieldSize(key, 'exact') + fieldSize(value, 'exact') + headersSize(headers, 'exact');
}
