import type { Clock, Undo } from '@eventstream/core';
import type { PartitionQueue } from './partition-queue.ts';

/**
 * One timer for all batches. Batches of a partition expire in their order, and a batch opened later expires later than any
 * the timer was set for: it is set anew only when it fires.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues: () => Iterable<PartitionQueue>;
  readonly #expire: (queue: PartitionQueue) => void;
  #cancel: Undo | undefined;

  constructor(clock: Clock, queues: () => Iterable<PartitionQueue>, expire: (queue: PartitionQueue) => void) {
    this.#clock = clock;
    this.#queues = queues;
    this.#expire = expire;
  }

  /** Something was appended that expires at `deadline`. */
  watch(deadline: number): void {
    this.#cancel ??= this.#clock.after(Math.max(0, deadline - this.#clock.elapsed()), () => this.#fire());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #fire(): void {
    this.#cancel = undefined;
    const now = this.#clock.elapsed();
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues()) {
      if (queue.batches.some(({ state, deadline }) => state !== 'rejected' && deadline <= now)) this.#expire(queue);
      const waiting = queue.batches.find(({ state }) => state !== 'rejected');
      if (waiting !== undefined) next = Math.min(next, waiting.deadline);
    }
    if (next !== Number.POSITIVE_INFINITY) this.watch(next);
  }
}
