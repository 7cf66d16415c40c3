/** A set of callbacks told "something changed"; firing with nobody listening costs one size read. */
export class Signal {
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` at each {@link fire} until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  fire(): void {
    if (this.#listeners.size === 0) return;
    for (const listener of [...this.#listeners]) listener();
  }

  get size(): number {
    return this.#listeners.size;
  }
}
