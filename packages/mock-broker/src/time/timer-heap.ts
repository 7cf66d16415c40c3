/** A timer that waits. */
export type Entry = { readonly due: number; readonly order: number; readonly callback: () => void; cancelled: boolean };

/** Timers in order of due time, then of scheduling: a binary heap. A cancelled one is passed over when its turn comes. */
export class TimerHeap {
  readonly #entries: Entry[] = [];
  #live = 0;

  get size(): number {
    return this.#live;
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    this.#live += 1;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  cancel(entry: Entry): void {
    if (entry.cancelled) return;
    entry.cancelled = true;
    this.#live -= 1;
  }

  first(): Entry | undefined {
    let first = this.#entries[0];
    while (first?.cancelled) {
      this.#takeFirst();
      first = this.#entries[0];
    }
    return first;
  }

  /** Takes out what {@link first} gives. */
  shift(): Entry | undefined {
    const first = this.first();
    if (first) {
      this.#takeFirst();
      first.cancelled = true;
      this.#live -= 1;
    }
    return first;
  }

  #takeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child += 1;
      if (!isBefore(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
