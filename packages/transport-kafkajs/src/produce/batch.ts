import type { Appended, EventstreamError } from '@eventstream/core';
import type { Failure } from '../client/errors.ts';
import { type Append, batchOverhead } from './encode.ts';
import { RecordBytes } from './record-bytes.ts';
import type { Outcome } from './wire.ts';

interface Receipt {
  readonly timestamp: number;
  readonly size: number;
  resolve(appended: Appended): void;
  reject(error: EventstreamError): void;
}

/** Where a batch was stored. */
export interface Stored {
  /** The first record's offset, or -1 when the broker did not say. */
  readonly offset: number;
  /** The broker's time where the topic says LogAppendTime, otherwise -1. */
  readonly logAppendTime: number;
}

/** Records of one partition on their way together, with a receipt each. */
export class Batch {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds of the clock's `elapsed` at which its records are given up. */
  readonly deadline: number;
  /** No more records are taken. */
  sealed = false;
  /** Linger is over: it may be sent. */
  due = false;
  #encoded = new RecordBytes();
  #receipts: Receipt[] = [];
  #bytes = batchOverhead;
  #settled = false;
  #attempts = 0;
  #underway = false;
  #maybeStored = false;
  #lastFailure: Failure | undefined;
  #watchers: (() => void)[] = [];

  constructor(topic: string, partition: number, deadline: number) {
    this.topic = topic;
    this.partition = partition;
    this.deadline = deadline;
  }

  get encoded(): RecordBytes {
    return this.#encoded;
  }

  get records(): number {
    return this.#receipts.length;
  }

  /** Bytes of the batch as it will be written, an upper bound. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of its records alone: what the buffer's bound counts. */
  get payload(): number {
    return this.#bytes - batchOverhead;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** How many times it was sent. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Whether the brokers may have it: an attempt is under way, or ended without an answer of its own. */
  get maybeStored(): boolean {
    return this.#underway || this.#maybeStored;
  }

  /** How the last failed attempt failed. */
  get lastFailure(): Failure | undefined {
    return this.#lastFailure;
  }

  depart(): void {
    this.#attempts += 1;
    this.#underway = true;
  }

  returned(outcome: Outcome): void {
    this.#underway = false;
    if (outcome.kind === 'unsent') this.#attempts -= 1;
    if (outcome.kind !== 'failed') return;
    this.#lastFailure = outcome.failure;
    if (outcome.failure.meaning.maybeStored || outcome.shared) this.#maybeStored = true;
  }

  /** Takes every byte of the record before it returns. */
  add(record: Append, size: number): Promise<Appended> {
    const timestamp = Math.trunc(record.timestamp);
    this.#encoded.add({ ...record, timestamp }, size);
    this.#bytes += size;
    return new Promise((resolve, reject) => {
      this.#receipts.push({ timestamp, size, resolve, reject });
    });
  }

  resolve({ offset, logAppendTime }: Stored): void {
    if (this.#settled) return;
    const { partition, attempts } = this;
    this.#receipts.forEach((receipt, index) => {
      receipt.resolve({
        partition,
        offset: offset < 0 ? -1 : offset + index,
        timestamp: logAppendTime < 0 ? receipt.timestamp : logAppendTime,
        attempts,
      });
    });
    this.#finish();
  }

  reject(error: EventstreamError): void {
    if (this.#settled) return;
    for (const receipt of this.#receipts) receipt.reject(error);
    this.#finish();
  }

  /** Resolves once every receipt of the batch is settled. */
  whenSettled(): Promise<void> {
    return this.#settled ? Promise.resolve() : new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Two batches of half the records each, in order. Whoever waits for this batch waits for the second half. */
  split(): readonly [first: Batch, second: Batch] {
    const middle = Math.ceil(this.records / 2);
    const first = this.#part(0, middle);
    const second = this.#part(middle, this.records);
    second.#watchers = this.#watchers;
    return [first, second];
  }

  #part(from: number, to: number): Batch {
    const part = new Batch(this.topic, this.partition, this.deadline);
    part.#encoded = this.#encoded.slice(from, to);
    part.#receipts = this.#receipts.slice(from, to);
    part.#bytes = part.#receipts.reduce((sum, { size }) => sum + size, batchOverhead);
    part.sealed = true;
    part.due = true;
    part.#attempts = this.#attempts;
    return part;
  }

  #finish(): void {
    this.#settled = true;
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}
