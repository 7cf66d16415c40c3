import type { Entry } from './entry.ts';
import type { Order } from './options.ts';

/**
 * The lanes of one partition. A lane is its entries, each pointing at the one behind; only the last of each lane is looked up
 * by key, so a lane begins with its first entry and is gone with its last.
 */
export class Lanes {
  readonly #order: Order;
  readonly #last = new Map<string, Entry>();

  constructor(order: Order) {
    this.#order = order;
  }

  /** Lanes with something in them. */
  get size(): number {
    return this.#last.size;
  }

  /** Puts an entry at the end of its lane. True when nothing is before it: it may run at once. */
  enter(entry: Entry): boolean {
    const lane = this.#laneOf(entry);
    if (lane === null) return true;
    const last = this.#last.get(lane);
    this.#last.set(lane, entry);
    if (last === undefined) return true;
    last.next = entry;
    // Behind a held entry the wait may be long.
    if (last.kept) entry.keep();
    return false;
  }

  /** Takes the settled head of a lane out and gives the one that may run now. */
  leave(entry: Entry): Entry | null {
    const lane = this.#laneOf(entry);
    if (lane !== null && this.#last.get(lane) === entry) this.#last.delete(lane);
    const { next } = entry;
    entry.next = null;
    return next;
  }

  /** The head waits for its next attempt, and with it all behind it. */
  hold(head: Entry): void {
    for (let entry: Entry | null = head; entry !== null; entry = entry.next) entry.keep();
  }

  #laneOf({ key }: Entry): string | null {
    if (this.#order === 'key') return key;
    return this.#order === 'partition' ? '' : null;
  }
}
