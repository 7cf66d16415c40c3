import { setMaxListeners } from 'node:events';
import type { Clock, RecordBatch, TopicPartition, Undo } from '@eventstream/core';
import { Entry } from './entry.ts';
import { Fifo } from './fifo.ts';
import { Lanes } from './lanes.ts';
import type { Order } from './options.ts';
import { Watermark } from './watermark.ts';

/** One partition for as long as this member owns it: its lanes, its watermark, and the signal that ends with the ownership. */
export class OwnedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  epoch: number;
  /** The group refused this epoch's commits; the revocation is on its way. */
  fenced = false;
  paused = false;
  committed: number | null = null;
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  readonly #watermark = new Watermark();
  readonly #controller = new AbortController();
  readonly #waits = new Set<Undo>();
  /** When each batch came, for the age of the oldest unsettled record: one note a batch rather than one a record. */
  readonly #arrivals = new Fifo<{ readonly nextOffset: number; readonly at: number }>();
  #live = true;
  #unsettled = 0;
  #bytes = 0;
  #highWatermark: number | null = null;

  constructor({ topic, partition }: TopicPartition, epoch: number, { order, clock }: { order: Order; clock: Clock }) {
    this.topic = topic;
    this.partition = partition;
    this.epoch = epoch;
    this.#clock = clock;
    this.#lanes = new Lanes(order);
    // Every handler of the partition may listen; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#controller.signal);
  }

  /** False once the ownership has ended: what completes then counts for nothing. */
  get live(): boolean {
    return this.#live;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get ahead(): number {
    return this.#watermark.ahead;
  }

  get lanes(): number {
    return this.#lanes.size;
  }

  get position(): number | null {
    return this.#watermark.position;
  }

  /** Records of the partition that are not settled, as far as the driver says. */
  get lag(): number | null {
    const { position } = this;
    return this.#highWatermark === null || position === null ? null : Math.max(0, this.#highWatermark - position);
  }

  /** How long the oldest unsettled record has been here, or `null` when all are settled. */
  get oldestMs(): number | null {
    const oldest = this.#unsettled === 0 ? undefined : this.#arrivals.first;
    return oldest === undefined ? null : this.#clock.elapsed() - oldest.at;
  }

  /** Takes a batch in. `ready` gets the entries that may run at once; true when the watermark moved over a gap. */
  take(batch: RecordBatch, ready: (entry: Entry) => void): boolean {
    for (const record of batch.records) {
      const entry = new Entry({ owner: this, record, slot: this.#watermark.add(record.offset) });
      this.#unsettled += 1;
      this.#bytes += entry.bytes;
      if (this.#lanes.enter(entry)) ready(entry);
    }
    this.#highWatermark = batch.highWatermark;
    if (batch.records.length > 0) this.#arrivals.push({ nextOffset: batch.nextOffset, at: this.#clock.elapsed() });
    return this.#watermark.cover(batch.nextOffset);
  }

  /** Ends the handling of a lane's head. */
  settle(entry: Entry): { readonly next: Entry | null; readonly moved: boolean } {
    this.#unsettled -= 1;
    this.#bytes -= entry.bytes;
    const moved = this.#watermark.settle(entry.slot);
    if (moved) this.#forgetArrivals();
    return { next: this.#lanes.leave(entry), moved };
  }

  #forgetArrivals(): void {
    const position = this.position as number;
    for (let first = this.#arrivals.first; first !== undefined && first.nextOffset <= position; ) {
      this.#arrivals.shift();
      first = this.#arrivals.first;
    }
  }

  /** Holds the lane of `head` and calls back after `delayMs`, unless the ownership ends before. */
  hold(head: Entry, delayMs: number, again: () => void): void {
    this.#lanes.hold(head);
    const cancel = this.#clock.after(delayMs, () => {
      this.#waits.delete(cancel);
      again();
    });
    this.#waits.add(cancel);
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  end(reason: Error): void {
    this.#live = false;
    for (const cancel of this.#waits) cancel();
    this.#waits.clear();
    this.abort(reason);
  }
}
