import type { TopicPartition } from '@eventstream/core';

/** One partition as long as it is owned. */
export interface Held extends TopicPartition {
  /** The next offset to be pushed; unknown until it was looked up. */
  next: number | undefined;
  paused: boolean;
  /** Fetches in a row that began somewhere else than at `next`. */
  strays: number;
  /** The end of a run of unreadable records that was seen from the wrong place, waiting to be seen again. */
  skip: number | undefined;
}

/** What to do with a batch of a partition. */
export type Intake = 'push' | 'ignore' | 'seek' | 'check';

/** After this many fetches from elsewhere, it is looked up whether the position still exists. */
const straysBeforeCheck = 2;

/** What this member owns, under which epoch, and how far each partition was pushed. */
export class Ownership {
  readonly #held = new Map<string, Held>();
  #epoch = 0;
  #active = false;

  /** The number of the newest ownership; rises with every assignment. */
  get epoch(): number {
    return this.#epoch;
  }

  get active(): boolean {
    return this.#active;
  }

  get partitions(): readonly TopicPartition[] {
    return [...this.#held.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  all(): Iterable<Held> {
    return this.#held.values();
  }

  assign(partitions: readonly TopicPartition[]): number {
    this.#held.clear();
    for (const { topic, partition } of partitions) {
      const held: Held = { topic, partition, next: undefined, paused: false, strays: 0, skip: undefined };
      this.#held.set(`${topic}/${partition}`, held);
    }
    this.#active = true;
    this.#epoch += 1;
    return this.#epoch;
  }

  /** Ends the ownership; gives what was owned, or nothing when it had ended already. */
  revoke(): readonly TopicPartition[] | undefined {
    if (!this.#active) return undefined;
    const { partitions } = this;
    this.#active = false;
    this.#held.clear();
    return partitions;
  }

  find({ topic, partition }: TopicPartition): Held | undefined {
    return this.#held.get(`${topic}/${partition}`);
  }

  /** Whether an epoch is the owner's and covers all of these partitions. */
  owns(partitions: readonly TopicPartition[], epoch: number): boolean {
    return this.#active && epoch === this.#epoch && partitions.every((one) => this.find(one) !== undefined);
  }
}

/**
 * Judges a batch by where its fetch began. Only one that begins at the position is pushed: a fetch from before a rebalance, a
 * seek or a move of the leader begins elsewhere, and pushing it would repeat records or leave some out.
 */
export function judge(held: Held | undefined, fetchedFrom: number): Intake {
  if (held?.next === undefined || held.paused) return 'ignore';
  if (fetchedFrom === held.next) {
    held.strays = 0;
    held.skip = undefined;
    return 'push';
  }
  held.strays += 1;
  return held.strays >= straysBeforeCheck ? 'check' : 'seek';
}

/** A run of records kafkajs passed over by itself: control records, aborted ones. */
export interface Skipped extends TopicPartition {
  /** Its first offset, or nothing when all of it lies before the position. */
  readonly first: number | undefined;
  readonly last: number;
  readonly highWatermark: number;
}

/**
 * Whether a run that was passed over moves the position. It does when it begins there; one that begins behind it may be a gap
 * of compaction or a late fetch from elsewhere, and counts only when a second fetch shows the same.
 */
export function passes(held: Held | undefined, { first, last }: Skipped): boolean {
  if (held?.next === undefined || held.paused || last < held.next) return false;
  if (first === undefined ? last === held.next : first === held.next) return true;
  if (held.skip === last) return true;
  held.skip = last;
  return false;
}
