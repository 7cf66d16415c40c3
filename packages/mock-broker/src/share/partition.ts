import { type ErrorName, RecordBatch } from '@eventstream/kafka-protocol';
import { Signal } from '../log/signal.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Partition } from '../topics/partition.ts';
import { moveRecord, type RecordState } from './records.ts';

/** By which rules a group reads. */
export type ShareRules = {
  readonly lockMs: number;
  readonly deliveryLimit: number;
  readonly maxLocks: number;
  readonly committedOnly: boolean;
};

/** What a member wants: at most so many records, or, not strictly, whole batches until there are so many. */
export type AcquireWish = {
  readonly memberId: string;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly strict: boolean;
};

/** Offsets a member got together, and for the how manieth time they are delivered. */
export type AcquiredRange = { readonly first: number; readonly last: number; readonly deliveryCount: number };

/** What a member says about a range: one type for all of it, or one for each. */
export type AckBatch = {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly acknowledgeTypes: readonly number[];
};

/** How far a share group is with a partition at one moment. */
export type SavedShare = {
  readonly start: number;
  readonly next: number;
  readonly records: readonly (readonly [offset: number, state: RecordState, deliveries: number])[];
};

type Lock = { readonly memberId: string; readonly timer: Timer };
type Shared = { state: RecordState; deliveries: number; lock: Lock | undefined };

export const ackTypes = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const;

const outcomes = new Map<number, RecordState>([
  [ackTypes.gap, 'Archived'],
  [ackTypes.accept, 'Acknowledged'],
  [ackTypes.release, 'Available'],
  [ackTypes.reject, 'Archived'],
]);

/** How far one share group is with one partition: which records are free, which somebody works on, which are done. */
export class SharePartition {
  /** Fires when records become available again. */
  readonly changed = new Signal();
  readonly #clock: Clock;
  readonly #partition: Partition;
  readonly #records = new Map<number, Shared>();
  #start: number;
  #next: number;
  #revision = 0;

  constructor(partition: Partition, clock: Clock, startOffset: number) {
    this.#partition = partition;
    this.#clock = clock;
    this.#start = startOffset;
    this.#next = startOffset;
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Everything below is done. */
  get startOffset(): number {
    return this.#start;
  }

  /** How many records are not done up to `high`: those above the start that were done before their turn do not count. */
  lagTo(high: number): number {
    const isDone = ({ state }: Shared) => state === 'Acknowledged' || state === 'Archived';
    return high - this.#start - [...this.#records.values()].filter(isDone).length;
  }

  save(): SavedShare {
    const records = [...this.#records].map(([offset, { state, deliveries }]) => [offset, state, deliveries] as const);
    return { start: this.#start, next: this.#next, records };
  }

  /** Goes on from what was saved, without locks: call it on a fresh object. */
  load({ start, next, records }: SavedShare): void {
    this.#start = start;
    this.#next = next;
    for (const [offset, state, deliveries] of records) {
      const free = state === 'Acquired' ? 'Available' : state;
      this.#records.set(offset, { state: free, deliveries, lock: undefined });
    }
  }

  /** Whether an acquisition would find something. */
  hasMore({ committedOnly, maxLocks }: ShareRules): boolean {
    this.#followLogStart();
    for (const { state } of this.#records.values()) if (state === 'Available') return true;
    return this.#next < this.#readableEnd(committedOnly) && this.#next - this.#start < maxLocks;
  }

  /** Gives free records to a member, for it alone until it says what became of them or its lock ends. */
  acquire(wish: AcquireWish, rules: ShareRules): { ranges: AcquiredRange[]; batches: Uint8Array[] } {
    this.#revision += 1;
    this.#followLogStart();
    const got: number[] = [];
    const batches: Uint8Array[] = [];
    const end = this.#readableEnd(rules.committedOnly);
    const reach = { maxBytes: wish.maxBytes, atLeastOne: true, before: BigInt(end) };
    for (const bytes of this.#partition.log.read(BigInt(this.#firstFree()), reach)) {
      const before = got.length;
      if (before >= wish.maxRecords) break;
      this.#takeFrom(new RecordBatch(bytes), { got, wish, rules });
      if (got.length > before) batches.push(bytes);
    }
    this.#lock(got, wish.memberId, rules);
    this.#moveStart();
    return { ranges: this.#rangesOf(got), batches };
  }

  /** Takes in what became of records, all of it or, if one is not the member's to speak of, nothing. */
  acknowledge(memberId: string, acks: readonly AckBatch[], rules: ShareRules): ErrorName {
    this.#revision += 1;
    const said: [offset: number, type: number][] = [];
    for (const { firstOffset, lastOffset, acknowledgeTypes } of acks) {
      for (let offset = Number(firstOffset); offset <= Number(lastOffset); offset += 1) {
        said.push([offset, acknowledgeTypes[acknowledgeTypes.length === 1 ? 0 : offset - Number(firstOffset)]!]);
      }
    }
    if (said.some(([offset]) => offset >= this.#next)) return 'INVALID_REQUEST';
    for (const [offset] of said) {
      const known = this.#records.get(offset);
      // Below the start everything is done; a late word about it changes nothing.
      if (offset < this.#start) continue;
      if (known?.state !== 'Acquired' || known.lock?.memberId !== memberId) return 'INVALID_RECORD_STATE';
    }
    const renewed = said.filter(([, type]) => type === ackTypes.renew).map(([offset]) => offset);
    this.#relock(
      renewed.filter((offset) => offset >= this.#start),
      memberId,
      rules,
    );
    for (const [offset, type] of said) {
      const outcome = outcomes.get(type);
      if (offset >= this.#start && outcome) this.#settle(offset, outcome, rules);
    }
    this.#moveStart();
    return 'NONE';
  }

  /** Frees whatever a member still has: it is gone. */
  release(memberId: string, rules: ShareRules): void {
    this.#revision += 1;
    for (const [offset, { state, lock }] of this.#records) {
      if (state === 'Acquired' && lock?.memberId === memberId) this.#settle(offset, 'Available', rules);
    }
    this.#moveStart();
  }

  /** Lets the timers go; the partition is read from elsewhere from now on. */
  stop(): void {
    for (const { lock } of this.#records.values()) lock?.timer.cancel();
    this.#records.clear();
  }

  #takeFrom(batch: RecordBatch, { got, wish, rules }: { got: number[]; wish: AcquireWish; rules: ShareRules }): void {
    const last = Number(batch.nextOffset) - 1;
    // Markers and aborted records are nobody's to read.
    const isSkipped =
      batch.isControl || (rules.committedOnly && this.#partition.log.transactions.aborted.covers(batch));
    this.#fillTo(Number(batch.baseOffset), 'Archived');
    for (let offset = Math.max(this.#start, Number(batch.baseOffset)); offset <= last; offset += 1) {
      if (wish.strict && got.length >= wish.maxRecords) return;
      if (offset >= this.#next) {
        if (offset - this.#start >= rules.maxLocks && !isSkipped) return;
        this.#fillTo(offset + 1, isSkipped ? 'Archived' : 'Available');
      }
      if (this.#records.get(offset)?.state === 'Available') got.push(offset);
    }
  }

  /** Offsets no batch has any more, or nobody may read, are done before they begin. */
  #fillTo(end: number, state: RecordState): void {
    for (; this.#next < end; this.#next += 1) {
      this.#records.set(this.#next, { state, deliveries: 0, lock: undefined });
    }
  }

  #lock(offsets: readonly number[], memberId: string, rules: ShareRules): void {
    const lock = this.#newLock(offsets, memberId, rules);
    for (const offset of offsets) {
      const record = this.#records.get(offset)!;
      record.state = moveRecord(offset, record.state, 'Acquired');
      record.deliveries += 1;
      record.lock = lock;
    }
  }

  #relock(offsets: readonly number[], memberId: string, rules: ShareRules): void {
    const lock = this.#newLock(offsets, memberId, rules);
    for (const offset of offsets) this.#records.get(offset)!.lock = lock;
  }

  #newLock(offsets: readonly number[], memberId: string, rules: ShareRules): Lock | undefined {
    if (offsets.length === 0) return undefined;
    const expire = (): void => {
      this.#revision += 1;
      for (const offset of offsets) {
        if (this.#records.get(offset)?.lock === lock) this.#settle(offset, 'Available', rules);
      }
      this.#moveStart();
    };
    const lock: Lock = { memberId, timer: this.#clock.schedule(rules.lockMs, expire) };
    return lock;
  }

  /** Ends an acquisition. What was delivered too often is not delivered again. */
  #settle(offset: number, outcome: RecordState, { deliveryLimit }: ShareRules): void {
    const record = this.#records.get(offset)!;
    const isSpent = outcome === 'Available' && record.deliveries >= deliveryLimit;
    record.state = moveRecord(offset, record.state, isSpent ? 'Archived' : outcome);
    record.lock = undefined;
    if (record.state === 'Available') this.changed.fire();
  }

  #moveStart(): void {
    for (let record = this.#records.get(this.#start); record; record = this.#records.get(this.#start)) {
      if (record.state !== 'Acknowledged' && record.state !== 'Archived') return;
      this.#records.delete(this.#start);
      this.#start += 1;
    }
  }

  /** What retention took is not to be had any more. */
  #followLogStart(): void {
    const logStart = Number(this.#partition.log.watermarks.logStart);
    for (; this.#start < logStart; this.#start += 1) {
      this.#revision += 1;
      this.#records.delete(this.#start);
    }
    this.#next = Math.max(this.#next, this.#start);
  }

  #firstFree(): number {
    for (const [offset, { state }] of this.#records) if (state === 'Available') return offset;
    return this.#next;
  }

  #readableEnd(committedOnly: boolean): number {
    const { high, lastStable } = this.#partition.log.watermarks;
    return Number(committedOnly ? lastStable : high);
  }

  #rangesOf(offsets: readonly number[]): AcquiredRange[] {
    const ranges: { first: number; last: number; deliveryCount: number }[] = [];
    for (const offset of offsets) {
      const deliveryCount = this.#records.get(offset)?.deliveries ?? 1;
      const open = ranges.at(-1);
      if (open && open.last === offset - 1 && open.deliveryCount === deliveryCount) open.last = offset;
      else ranges.push({ first: offset, last: offset, deliveryCount });
    }
    return ranges;
  }
}
