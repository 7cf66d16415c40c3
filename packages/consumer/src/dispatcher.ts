import type { Entry } from './entry.ts';
import { Fifo } from './fifo.ts';

/** Runs ready entries, at most `limit` at once, first come first served over all partitions. */
export class Dispatcher {
  readonly #limit: number;
  readonly #work: (entry: Entry) => Promise<void>;
  readonly #ready = new Fifo<Entry>();
  #running = 0;
  #scheduled = false;
  #stopped = false;
  #onIdle: () => void = () => undefined;

  /** @param work - Must not reject. */
  constructor(limit: number, work: (entry: Entry) => Promise<void>) {
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
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#running < this.#limit && !this.#stopped) {
      const entry = this.#ready.shift();
      if (entry === undefined) return;
      // Its partition may have been revoked while it stood in the queue.
      if (entry.owner.live) this.#start(entry);
    }
  }

  #start(entry: Entry): void {
    this.#running += 1;
    void this.#work(entry).then(() => {
      this.#running -= 1;
      if (this.#ready.size > 0) this.#schedule();
      if (this.#stopped && this.#running === 0) this.#onIdle();
    });
  }
}
