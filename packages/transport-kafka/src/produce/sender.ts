import type { Clock, EventstreamError, MomentHub, Random, Undo } from '@eventstream/core';
import type { Cluster } from '../cluster/cluster.ts';
import { Accumulator, type AccumulatorLimits } from './accumulator.ts';
import type { Append, Batch } from './batch.ts';
import type { Packing } from './batch-bytes.ts';
import { Deadlines } from './deadlines.ts';
import { Delivery } from './delivery.ts';
import { deliveryTimeout } from './delivery-errors.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerSource } from './producer-source.ts';
import { Settling } from './settling.ts';

/** What a {@link Sender} stands on. */
export type SenderOptions = AccumulatorLimits & {
  readonly cluster: Cluster;
  /** The bootstrap list, for errors. */
  readonly brokers: readonly string[];
  readonly moments: MomentHub;
  readonly random: Random;
  readonly lingerMs: number;
  readonly requestTimeoutMs: number;
  readonly acks: -1 | 0 | 1;
  /** Nothing when brokers are not to recognise repeats. */
  readonly source: ProducerSource | undefined;
  readonly packing: Packing | undefined;
};

/** Takes records in and sees to it that each is settled: stored, in the order of its partition and once, or rejected in time. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #clock: Clock;
  readonly #accumulator: Accumulator;
  readonly #settling: Settling;
  readonly #delivery: Delivery;
  readonly #deadlines: Deadlines;
  #cancelLinger: Undo | undefined;
  #closed: EventstreamError | undefined;

  constructor(options: SenderOptions) {
    const { clock, moments, acks } = options;
    this.#options = options;
    this.#clock = clock;
    const accumulator = new Accumulator(options);
    this.#accumulator = accumulator;
    this.#settling = new Settling({
      accumulator,
      clock,
      moments,
      acknowledged: acks !== 0,
      onReject: (error) => options.source?.failed?.(error),
    });
    this.#delivery = new Delivery({
      ...options,
      settling: this.#settling,
      spare: (batch) => accumulator.spare(batch),
      closed: () => this.#closed !== undefined,
    });
    this.#deadlines = new Deadlines(
      clock,
      () => accumulator.queues(),
      (queue) => this.#expire(queue),
    );
  }

  get full(): boolean {
    return this.#accumulator.full;
  }

  drained(): Promise<void> {
    return this.#accumulator.drained();
  }

  /** The queue of one partition, for appending to. */
  queue(topic: string, partition: number): PartitionQueue {
    return this.#accumulator.queue(topic, partition);
  }

  append(queue: PartitionQueue, record: Append): Promise<unknown> {
    if (this.#closed !== undefined) return refusal(record, this.#closed);
    const taken = this.#accumulator.append(queue, record);
    if ('refused' in taken) return refusal(record, taken.refused);
    const { batch, filled, receipt } = taken;
    if (batch.records === 1) this.#deadlines.watch(batch.deadline);
    if (this.#options.lingerMs === 0) {
      batch.due = true;
      this.#delivery.offer(queue);
    } else this.#linger();
    if (filled) this.#delivery.offerNow(queue);
    return receipt;
  }

  /** Takes appends in again after a close. */
  open(): void {
    this.#closed = undefined;
  }

  /** Refuses appends from now on; what waits is still sent. */
  close(error: EventstreamError): void {
    this.#closed = error;
  }

  /** Sends every open batch now and resolves when all that was appended before is settled. */
  flush(): Promise<void> {
    const left: Batch[] = [];
    for (const queue of this.#accumulator.queues()) {
      for (const batch of queue.batches) {
        if (batch.settled) continue;
        batch.due = true;
        left.push(batch);
      }
      if (queue.batches.length > 0) this.#delivery.offer(queue);
    }
    return this.#settling.all(left);
  }

  /** Rejects what waits; what is on its way comes back first. Resolves when it has. */
  giveUp(error: EventstreamError): Promise<void> {
    const flying: Batch[] = [];
    for (const queue of this.#accumulator.queues()) {
      this.#settling.rejectWaiting(queue, error);
      flying.push(...queue.batches.filter(({ state }) => state === 'flying'));
    }
    return this.#settling.all(flying);
  }

  /** Every partition begins anew under another epoch. Nothing may be on its way. */
  renumber({ id, epoch }: { readonly id: bigint; readonly epoch: number }): void {
    for (const queue of this.#accumulator.queues()) queue.renumber(id, epoch);
  }

  /** Rejects whatever is not settled and gives how many records that were. */
  abandon(error: EventstreamError): number {
    let records = 0;
    for (const queue of this.#accumulator.queues()) {
      for (const batch of queue.batches) {
        if (batch.settled) continue;
        records += batch.records;
        this.#settling.reject(batch, error);
      }
      this.#settling.front(queue);
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
        for (const batch of queue.batches) batch.due = true;
        if (queue.batches.length > 0) this.#delivery.offer(queue);
      }
    });
  }

  /** Those behind keep their numbers: if what is given up is not stored, the broker says so and a new epoch begins. */
  #expire(queue: PartitionQueue): void {
    const now = this.#clock.elapsed();
    for (const batch of queue.batches) {
      if (batch.deadline > now || batch.state === 'rejected' || batch.state === 'stored') continue;
      this.#settling.reject(batch, deliveryTimeout(batch, this.#options.deliveryTimeoutMs));
    }
    this.#settling.front(queue);
    this.#delivery.offer(queue);
  }
}

/** The rejection of a record that is in no batch. */
export function refusal({ outcome }: Pick<Append, 'outcome'>, error: EventstreamError): Promise<never> {
  return Promise.reject(outcome === undefined ? error : outcome.failed(error));
}
