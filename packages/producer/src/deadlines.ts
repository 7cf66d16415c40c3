import type { Clock, Undo } from '@eventstream/core';
import { Fifo } from './fifo.ts';
import type { Outgoing } from './outgoing.ts';

/** What a queue of deadlines watches for. */
export interface DeadlineRule {
  /** Every event has the same time, so the first one in is the first one due. */
  readonly durationMs: number;
  /** Whether an event no longer needs its deadline. */
  readonly isOver: (outgoing: Outgoing) => boolean;
  readonly onExpired: (outgoing: Outgoing) => void;
}

/** Deadlines of many events on one timer. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #rule: DeadlineRule;
  readonly #queue = new Fifo<{ readonly outgoing: Outgoing; readonly dueAt: number }>();
  #cancel: Undo | undefined;

  constructor(clock: Clock, rule: DeadlineRule) {
    this.#clock = clock;
    this.#rule = rule;
  }

  watch(outgoing: Outgoing): void {
    this.#dropOver();
    this.#queue.push({ outgoing, dueAt: this.#clock.elapsed() + this.#rule.durationMs });
    this.#arm();
  }

  /** Forgets everything. A timer left behind would keep the process alive. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#queue.takeAll();
  }

  #dropOver(): void {
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (!this.#rule.isOver(first.outgoing)) return;
      this.#queue.shift();
    }
  }

  #arm(): void {
    const first = this.#queue.peek();
    if (first === undefined || this.#cancel !== undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, first.dueAt - this.#clock.elapsed()), () => this.#expire());
  }

  #expire(): void {
    this.#cancel = undefined;
    const now = this.#clock.elapsed();
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (!this.#rule.isOver(first.outgoing)) {
        if (first.dueAt > now) break;
        this.#rule.onExpired(first.outgoing);
      }
      this.#queue.shift();
    }
    this.#arm();
  }
}
