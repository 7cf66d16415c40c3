import type { Outgoing } from './outgoing.ts';

/** The events without an outcome, oldest first: a list through the events themselves, since a set would cost more than they do. */
export class Outstanding {
  #oldest: Outgoing | undefined;
  #newest: Outgoing | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Outgoing | undefined {
    return this.#oldest;
  }

  add(outgoing: Outgoing): void {
    outgoing.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = outgoing;
    else this.#newest.newer = outgoing;
    this.#newest = outgoing;
    this.#size += 1;
  }

  /** Takes out an event that is in. */
  delete(outgoing: Outgoing): void {
    const { older, newer } = outgoing;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    outgoing.older = undefined;
    outgoing.newer = undefined;
    this.#size -= 1;
  }

  /** Takes all out, oldest first. */
  *takeAll(): Iterable<Outgoing> {
    for (let first = this.#oldest; first !== undefined; first = this.#oldest) {
      this.delete(first);
      yield first;
    }
  }
}
