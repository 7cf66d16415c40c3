type Granted = (lock: { readonly name: string } | null) => unknown;

/** A page, as the lock table sees it. */
interface Owner {
  readonly alive: boolean;
}

interface Request {
  readonly owner: Owner;
  readonly grant: () => void;
}

/** One origin's Web Locks (exclusive ones): first come, first served; the locks of a dead page are free. */
export class LockTable {
  /** Per name the holder, then those that wait. */
  readonly #queues = new Map<string, Request[]>();

  get held(): string[] {
    return [...this.#queues].filter(([, queue]) => queue.length > 0).map(([name]) => name);
  }

  /** Requests that wait for a lock somebody holds. */
  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + Math.max(0, queue.length - 1), 0);
  }

  /** `navigator.locks` of the page that `owner` stands for. */
  forPage(owner: Owner): { request: LockManager['request'] } {
    const request = async (name: string, options: { readonly ifAvailable?: boolean }, callback: Granted) => {
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      if (options.ifAvailable && queue.length > 0) {
        await Promise.resolve();
        return owner.alive ? callback(null) : undefined;
      }
      // The place in the queue is taken in the call itself; the callback always comes later.
      await new Promise<void>((grant) => {
        queue.push({ owner, grant });
        if (queue.length === 1) grant();
      });
      const mine = queue[0];
      try {
        return owner.alive ? await callback({ name }) : undefined;
      } finally {
        if (mine && queue[0] === mine) this.#next(queue);
      }
    };
    return { request: request as unknown as LockManager['request'] };
  }

  /** What a browser does when a page dies. */
  releaseAllOf(owner: Owner): void {
    for (const queue of this.#queues.values()) {
      const holder = queue[0];
      const others = queue.filter((request) => request.owner !== owner);
      queue.splice(0, queue.length, ...others);
      if (holder?.owner === owner) queue[0]?.grant();
    }
  }

  #next(queue: Request[]): void {
    queue.shift();
    queue[0]?.grant();
  }
}
