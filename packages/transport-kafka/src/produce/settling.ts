import type { Clock, EventstreamError, MomentHub } from '@eventstream/core';
import type { Accumulator } from './accumulator.ts';
import type { Batch } from './batch.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** What {@link Settling} stands on. */
export type SettlingOptions = {
  readonly accumulator: Accumulator;
  readonly clock: Clock;
  readonly moments: MomentHub;
  /** Whether brokers answer: only then is it known that they have read a batch's memory. */
  readonly acknowledged: boolean;
  readonly onReject: (error: EventstreamError) => void;
};

type Flush = { readonly left: Set<Batch>; readonly done: () => void };

/** The end of every batch: receipts in the order of the partition, memory given back, those told who wait for it. */
export class Settling {
  readonly #options: SettlingOptions;
  readonly #flushes = new Set<Flush>();

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Resolves when all of these are settled. */
  all(batches: Iterable<Batch>): Promise<void> {
    const left = new Set(batches);
    if (left.size === 0) return Promise.resolve();
    return new Promise((done) => this.#flushes.add({ left, done }));
  }

  /** A batch was cut: whoever waits for it waits for its halves. */
  replaced(batch: Batch, halves: readonly Batch[]): void {
    this.#options.accumulator.replace(batch, halves);
    for (const { left } of this.#flushes) if (left.delete(batch)) for (const half of halves) left.add(half);
  }

  /** Settles what is at the front of a partition. What is stored ahead of its turn waits for it. */
  front(queue: PartitionQueue): void {
    for (let batch = queue.batches[0]; batch !== undefined; batch = queue.batches[0]) {
      if (batch.state === 'stored') {
        batch.resolve();
        this.#options.accumulator.release(batch, this.#options.acknowledged);
        this.#settled(batch);
      } else if (batch.state !== 'rejected') return;
      queue.batches.shift();
    }
  }

  /** Rejects a batch; it leaves its queue with {@link front}. */
  reject(batch: Batch, error: EventstreamError): void {
    batch.sealed = true;
    batch.reject(error);
    this.#options.accumulator.release(batch, false);
    this.#options.onReject(error);
    this.#settled(batch, error);
  }

  /** Rejects everything of a partition that is not on its way. */
  rejectWaiting(queue: PartitionQueue, error: EventstreamError): void {
    for (const batch of queue.batches) if (batch.state === 'waiting') this.reject(batch, error);
    this.front(queue);
  }

  #settled(batch: Batch, error?: EventstreamError): void {
    for (const flush of this.#flushes) {
      if (!flush.left.delete(batch) || flush.left.size > 0) continue;
      this.#flushes.delete(flush);
      flush.done();
    }
    const { moments, clock } = this.#options;
    if (!moments.wants('transport.batch')) return;
    const { topic, partition, records, bytes, attempts, openedAt } = batch;
    const fact = { topic, partition, records, bytes, attempts, durationMs: clock.elapsed() - openedAt };
    moments.publish('transport.batch', error === undefined ? fact : { ...fact, error });
  }
}
