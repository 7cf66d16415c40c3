import {
  type Appended,
  backoffDelay,
  type Clock,
  type EventstreamError,
  type MomentHub,
  type Random,
  type Undo,
} from '@eventstream/core';
import { Accumulator, type AccumulatorLimits } from './accumulator.ts';
import type { Batch, Stored } from './batch.ts';
import { Deadlines } from './deadlines.ts';
import { deliveryTimeout, recordTooLarge, refusal } from './delivery-errors.ts';
import type { Append } from './encode.ts';
import { batchOverhead } from './encode.ts';
import { type Group, groupByLeader } from './grouping.ts';
import { nextStep, type Step } from './next-step.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { Outcome, Wires } from './wire.ts';

/** Who leads which partition, as far as known. */
export interface Leaders {
  leaderOf(topic: string, partition: number): number | undefined;
  /** Something failed: look again. Resolves when it was looked up; never rejects. */
  relearn(topic: string): Promise<void>;
}

/** What a {@link Sender} stands on. */
export interface SenderOptions extends AccumulatorLimits {
  readonly lingerMs: number;
  readonly idempotent: boolean;
  readonly brokers: readonly string[];
  readonly random: Random;
  readonly moments: MomentHub;
  readonly wires: Wires;
  readonly leaders: Leaders;
}

/** Delays between attempts: soon at first, since leaders move within milliseconds, and never more than a second. */
const pauses = { initialMs: 40, maxMs: 1000, jitter: 0.5 };

/**
 * Sends batches until they are settled. One batch per partition is on its way at a time and keeps its place until it is
 * settled: that is the whole of per-partition order.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #clock: Clock;
  readonly #accumulator: Accumulator;
  readonly #deadlines: Deadlines;
  readonly #ready = new Set<PartitionQueue>();
  #scheduled = false;
  #cancelLinger: Undo | undefined;
  #closed: EventstreamError | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#accumulator = new Accumulator(options);
    this.#deadlines = new Deadlines(
      options.clock,
      () => this.#accumulator.queues(),
      (queue) => this.#expire(queue),
    );
  }

  get full(): boolean {
    return this.#accumulator.full;
  }

  drained(): Promise<void> {
    return this.#accumulator.drained();
  }

  append(topic: string, record: Append): Promise<Appended> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const { receipt, queue } = this.#accumulator.append(topic, record);
    const batch = queue?.tail;
    if (queue === undefined || batch === undefined) return receipt;
    if (batch.records === 1) this.#deadlines.watch(batch.deadline);
    if (this.#options.lingerMs === 0) batch.due = true;
    else this.#linger();
    if (queue.head?.due && !queue.busy) this.#offer(queue);
    return receipt;
  }

  /** Sends everything now; resolves when all that was appended before the call is settled. */
  async flush(): Promise<void> {
    const last: Batch[] = [];
    for (const queue of this.#accumulator.queues()) {
      const { tail } = queue;
      if (tail === undefined) continue;
      for (const batch of queue.all()) batch.due = true;
      tail.sealed = true;
      last.push(tail);
      if (!queue.busy) this.#offer(queue);
    }
    await Promise.all(last.map((batch) => batch.whenSettled()));
  }

  /** Takes appends again. */
  open(): void {
    this.#closed = undefined;
  }

  /** Refuses appends from now on. */
  close(error: EventstreamError): void {
    this.#closed = error;
  }

  /** Rejects whatever is left and counts it. */
  abandon(error: EventstreamError): number {
    let records = 0;
    for (const queue of this.#accumulator.queues()) {
      for (const batch of queue.all()) {
        if (batch.settled) continue;
        records += batch.records;
        this.#reject(batch, error);
      }
    }
    this.#deadlines.stop();
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    return records;
  }

  #linger(): void {
    this.#cancelLinger ??= this.#clock.after(this.#options.lingerMs, () => {
      this.#cancelLinger = undefined;
      for (const queue of this.#accumulator.queues()) {
        for (const batch of queue.all()) batch.due = true;
        if (queue.head !== undefined && !queue.busy) this.#offer(queue);
      }
    });
  }

  #offer(queue: PartitionQueue): void {
    this.#ready.add(queue);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The end of the turn: what the same turn appends travels along.
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { wires, leaders } = this.#options;
    const taken: PartitionQueue[] = [];
    for (const queue of this.#ready) {
      if (queue.busy) continue;
      // Given up by their deadline before they could be sent again.
      while (queue.head?.settled) this.#letGo(queue, false);
      const { head } = queue;
      if (head === undefined || !head.due) continue;
      head.sealed = true;
      queue.busy = true;
      if (queue.wire === undefined) {
        queue.wire = wires.current();
        wires.hold(queue.wire);
      }
      taken.push(queue);
    }
    this.#ready.clear();
    const groups = groupByLeader(taken, (topic, partition) => leaders.leaderOf(topic, partition));
    for (const group of groups) void this.#dispatch(group);
  }

  async #dispatch({ wire, queues }: Group): Promise<void> {
    const batches = queues.map((queue) => queue.head as Batch);
    for (const batch of batches) batch.depart();
    const outcomes = await wire.send(batches);
    queues.forEach((queue, index) => {
      this.#settle(queue, batches[index] as Batch, outcomes[index] ?? { kind: 'unanswered' });
    });
  }

  #settle(queue: PartitionQueue, batch: Batch, outcome: Outcome): void {
    batch.returned(outcome);
    if (batch.settled) {
      this.#letGo(queue, outcome.kind === 'stored');
      return;
    }
    if (outcome.kind === 'failed' || outcome.kind === 'unanswered') queue.failures += 1;
    const { idempotent, brokers, maxRequestBytes } = this.#options;
    const step = nextStep(batch, outcome, { failures: queue.failures, idempotent });
    switch (step.do) {
      case 'again':
        this.#again(queue, step);
        return;
      case 'split':
        queue.splitHead();
        this.#resume(queue);
        return;
      case 'resolve':
        this.#resolve(batch, step.stored);
        break;
      case 'refuse':
        this.#reject(batch, refusal(batch, step.failure, brokers));
        break;
      default:
        this.#reject(batch, recordTooLarge(batch.topic, batch.payload, maxRequestBytes - batchOverhead));
    }
    this.#letGo(queue, step.do === 'resolve');
  }

  /** The oldest batch is settled, by its answer or, before that, by its deadline: the next one may go. */
  #letGo(queue: PartitionQueue, stored: boolean): void {
    const { wires, idempotent } = this.#options;
    if (queue.wire !== undefined) {
      // The broker could take the next batch for a repeat of this one and drop it, unless the producer id changes.
      if (idempotent && !stored && queue.head?.maybeStored) wires.retire(queue.wire);
      wires.release(queue.wire);
    }
    queue.shift();
    if (queue.head !== undefined) this.#offer(queue);
  }

  #again(queue: PartitionQueue, step: Step & { do: 'again' }): void {
    const { wires, random, moments, leaders } = this.#options;
    const { topic, partition } = queue;
    queue.alone = true;
    if (step.recovery === 'reconnect') queue.wire?.reconnect();
    if (step.recovery === 'renew' && queue.wire !== undefined) {
      wires.retire(queue.wire);
      wires.release(queue.wire);
      queue.wire = undefined;
    }
    const delayMs = step.pause ? backoffDelay(queue.failures, pauses, random) : 0;
    if (queue.failures > 0 && moments.wants('transport.retrying')) {
      moments.publish('transport.retrying', {
        topic,
        partition,
        attempt: queue.failures,
        delayMs,
        reason: step.reason,
      });
    }
    void leaders.relearn(topic);
    if (delayMs === 0) this.#resume(queue);
    else this.#clock.after(delayMs, () => this.#resume(queue));
  }

  #resume(queue: PartitionQueue): void {
    queue.busy = false;
    if (queue.head !== undefined) this.#offer(queue);
  }

  #expire(queue: PartitionQueue): void {
    const now = this.#clock.elapsed();
    for (const batch of queue.all()) {
      if (batch.settled || batch.deadline > now) continue;
      this.#reject(batch, deliveryTimeout(batch, this.#options.deliveryTimeoutMs));
    }
    if (!queue.busy) this.#offer(queue);
  }

  #resolve(batch: Batch, stored: Stored): void {
    batch.resolve(stored);
    this.#accumulator.release(batch);
    this.#publish(batch);
  }

  #reject(batch: Batch, error: EventstreamError): void {
    batch.reject(error);
    this.#accumulator.release(batch);
    this.#publish(batch, error);
  }

  #publish(batch: Batch, error?: EventstreamError): void {
    const { moments, deliveryTimeoutMs } = this.#options;
    if (!moments.wants('transport.batch')) return;
    const { topic, partition, records, bytes, attempts } = batch;
    const durationMs = this.#clock.elapsed() - (batch.deadline - deliveryTimeoutMs);
    const fact = { topic, partition, records, bytes, attempts, durationMs };
    moments.publish('transport.batch', error === undefined ? fact : { ...fact, error });
  }
}
