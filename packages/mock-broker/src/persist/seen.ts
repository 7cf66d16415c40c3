/**
 * Tells what is new or other than when it was last asked. Marks are compared by identity: a value that is replaced when it
 * changes, or a counter of changes.
 */
export class Seen<Key, Mark> {
  readonly #marks = new Map<Key, Mark>();

  compare(present: Iterable<readonly [Key, Mark]>): {
    readonly changed: readonly Key[];
    readonly gone: readonly Key[];
  } {
    const changed: Key[] = [];
    const keys: Key[] = [];
    for (const [key, mark] of present) {
      keys.push(key);
      if (this.#marks.has(key) && this.#marks.get(key) === mark) continue;
      changed.push(key);
      this.#marks.set(key, mark);
    }
    return { changed, gone: keys.length === this.#marks.size ? [] : this.#forgetAllBut(new Set(keys)) };
  }

  #forgetAllBut(present: ReadonlySet<Key>): Key[] {
    const gone = [...this.#marks.keys()].filter((key) => !present.has(key));
    for (const key of gone) this.#marks.delete(key);
    return gone;
  }
}
