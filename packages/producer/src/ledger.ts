import type { Appended, Clock, MomentHub } from '@eventstream/core';
import { Deadlines } from './deadlines.ts';
import { asEventstreamError, timeoutError } from './errors.ts';
import type { ProducerCloseReport, ProducerSettings, Receipt } from './options.ts';
import type { Outgoing, Settler } from './outgoing.ts';
import { Outstanding } from './outstanding.ts';

const listedUnsent = 100;

interface SettledWaiter {
  /** The last event the waiter is interested in. */
  readonly sequence: number;
  resolve(): void;
}

/** The books: every event is opened once, settled once and counted once. */
export class Ledger implements Settler {
  readonly #clock: Clock;
  readonly #moments: MomentHub;
  readonly #durable: Receipt['durable'];
  readonly #outstanding = new Outstanding();
  readonly #deadlines: Deadlines | undefined;
  readonly #unsent: { id: string; type: string; topic: string }[] = [];
  #waiters: SettledWaiter[] = [];
  #sequence = 0;
  #sent = 0;
  #failed = 0;
  #unsentCount = 0;
  #givingUp = false;

  constructor({ clock, sendTimeoutMs, transport }: ProducerSettings, moments: MomentHub) {
    this.#clock = clock;
    this.#moments = moments;
    this.#durable = transport.capabilities.durable ? 'kafka' : 'memory';
    if (sendTimeoutMs !== undefined) {
      this.#deadlines = new Deadlines(clock, {
        durationMs: sendTimeoutMs,
        isOver: (outgoing) => outgoing.settled,
        onExpired: (outgoing) => outgoing.failed(timeoutError(outgoing, sendTimeoutMs)),
      });
    }
  }

  open(outgoing: Outgoing): void {
    this.#sequence += 1;
    outgoing.sequence = this.#sequence;
    this.#outstanding.add(outgoing);
    this.#deadlines?.watch(outgoing);
  }

  /** Counts a send that was refused before there was an event. */
  refused(): void {
    this.#failed += 1;
  }

  succeed(outgoing: Outgoing, appended: Appended): Receipt {
    const { id, topic, startedAt, sending } = outgoing;
    const { partition, offset, timestamp, attempts } = appended;
    const latencyMs = this.#clock.elapsed() - startedAt;
    const receipt = { id, topic, partition, offset, timestamp, attempts, latencyMs, durable: this.#durable };
    // Its own deadline may have been first.
    if (outgoing.settled) return receipt;
    this.#sent += 1;
    if (sending !== undefined && this.#moments.wants('producer.sent'))
      this.#moments.publish('producer.sent', { sending, offset, attempts, durationMs: latencyMs });
    this.#close(outgoing);
    return receipt;
  }

  fail(outgoing: Outgoing, cause: unknown): Error {
    const error = asEventstreamError(cause, 'the transport');
    if (outgoing.settled) return error;
    const { startedAt, sending } = outgoing;
    if (this.#givingUp) this.#noteUnsent(outgoing);
    else this.#failed += 1;
    if (sending !== undefined && this.#moments.wants('producer.failed'))
      this.#moments.publish('producer.failed', { sending, error, durationMs: this.#clock.elapsed() - startedAt });
    this.#close(outgoing);
    return error;
  }

  /** Resolves when every event opened before the call is settled. */
  whenSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ sequence: this.#sequence, resolve });
    });
  }

  /** Events without an outcome yet. */
  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** Somebody waits for settlement: what is appended from now on should not linger. */
  get awaited(): boolean {
    return this.#waiters.length > 0;
  }

  /** From here on what fails counts as unsent: closing took its chance away. */
  giveUp(): void {
    this.#givingUp = true;
  }

  report(): ProducerCloseReport {
    this.#deadlines?.clear();
    for (const outgoing of this.#outstanding.takeAll()) this.#noteUnsent(outgoing);
    return { sent: this.#sent, failed: this.#failed, unsent: this.#unsent, unsentCount: this.#unsentCount };
  }

  #noteUnsent({ id, type, topic }: Outgoing): void {
    this.#unsentCount += 1;
    if (this.#unsent.length < listedUnsent) this.#unsent.push({ id, type, topic });
  }

  #close(outgoing: Outgoing): void {
    outgoing.settled = true;
    this.#outstanding.delete(outgoing);
    if (this.#outstanding.size === 0) this.#deadlines?.clear();
    if (this.#waiters.length === 0) return;
    const settledBefore = this.#outstanding.oldest?.sequence ?? Number.POSITIVE_INFINITY;
    for (const waiter of this.#waiters) if (waiter.sequence < settledBefore) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => waiter.sequence >= settledBefore);
  }
}
