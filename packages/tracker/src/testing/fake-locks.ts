type Granted = (lock: { readonly name: string } | null) => unknown;

interface Waiting {
  readonly owner: object;
  readonly grant: () => void;
}

/** One origin's Web Locks (exclusive ones): first come, first served; a dead page's locks are free. */
export class LockTable {
  readonly held = new Map<string, object>();
  readonly #waiting = new Map<string, Waiting[]>();

  /** `navigator.locks` of the page that `owner` stands for. */
  forPage(owner: object): { request: LockManager['request'] } {
    const request = async (name: string, options: { readonly ifAvailable?: boolean }, callback: Granted) => {
      await Promise.resolve();
      const queue = this.#waiting.get(name) ?? [];
      this.#waiting.set(name, queue);
      if (this.held.has(name) || queue.length > 0) {
        if (options.ifAvailable) return callback(null);
        await new Promise<void>((grant) => queue.push({ owner, grant }));
      }
      this.held.set(name, owner);
      try {
        return await callback({ name });
      } finally {
        if (this.held.get(name) === owner) this.#release(name);
      }
    };
    return { request: request as unknown as LockManager['request'] };
  }

  /** What a browser does when a page dies. */
  releaseAllOf(owner: object): void {
    for (const queue of this.#waiting.values()) {
      const alive = queue.filter((waiting) => waiting.owner !== owner);
      queue.splice(0, queue.length, ...alive);
    }
    for (const [name, holder] of [...this.held]) if (holder === owner) this.#release(name);
  }

  #release(name: string): void {
    this.held.delete(name);
    this.#waiting.get(name)?.shift()?.grant();
  }
}
