import type { Entry } from './entry.ts';
import { Fifo } from './fifo.ts';

/** What a {@link Dispatcher} does with an entry. */
export interface Work {
  /** A promise of its end; nothing when it has ended already. */
  work(entry: Entry): Promise<void> | undefined;
  /** `work` threw or rejected, which it should not. */
  lost(cause: unknown): void;
}

/** Runs ready entries, at most `limit` at once, first come first served over all partitions. */
export class Dispatcher {
  readonly #limit: number;
  readonly #work: Work;
  readonly #ready = new Fifo<Entry>();
  #running = 0;
  #scheduled = false;
  #stopped = false;
  #onIdle: () => void = () => undefined;

  constructor(limit: number, work: Work) {
    this.#limit = limit;
    this.#work = work;
  }

  get running(): number {
    return this.#running;
  }

  /** Queues an entry. It starts in a microtask, never inside the caller: the driver's callback is left at once. */
  offer(entry: Entry): void {
    this.#ready.push(entry);
    this.#schedule();
  }

  /** Starts nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#ready.clear();
  }

  /** After `stop`: resolves when what runs has ended. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped || this.#running >= this.#limit) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#pump();
      this.#scheduled = false;
      if (this.#ready.size > 0) this.#schedule();
    });
  }

  /** No more at once than may run beside each other: what handlers left to other microtasks has its turn in between. */
  #pump(): void {
    for (let starts = 0; starts < this.#limit && this.#running < this.#limit && !this.#stopped; starts += 1) {
      const entry = this.#ready.shift();
      if (entry === undefined) return;
      // Its partition may have been revoked while it stood in the queue.
      if (entry.owner.live) this.#start(entry);
    }
  }

  #start(entry: Entry): void {
    this.#running += 1;
    let working: Promise<void> | undefined;
    try {
      working = this.#work.work(entry);
    } catch (cause) {
      this.#work.lost(cause);
    }
    if (working === undefined) this.#ended();
    else {
      working.then(
        () => this.#ended(),
        (cause: unknown) => {
          this.#work.lost(cause);
          this.#ended();
        },
      );
    }
  }

  #ended(): void {
    this.#running -= 1;
    if (this.#ready.size > 0) this.#schedule();
    if (this.#stopped && this.#running === 0) this.#onIdle();
  }
}
