import { Signal } from '../log/signal.ts';

/** What requests wait at until a test lets them on. Get one from `broker.faults.gate()`. */
export class Gate {
  /** What rules written as data call it. */
  readonly name: string;
  readonly #changed = new Signal();
  #open = false;
  #waiting = 0;
  #reached = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** How many requests wait at it now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Lets everybody on who waits, and whoever comes later. Opening it twice does nothing. */
  open(): void {
    this.#open = true;
    this.#changed.fire();
  }

  /** Resolves when `count` requests (default 1) have come to the gate since it was made, waiting or not. */
  async reached(count = 1): Promise<void> {
    while (this.#reached < count) await this.#next();
  }

  /** Resolves when the gate is open. Whoever passes is served although its client may be gone, as what a broker received. */
  async pass(): Promise<void> {
    this.#waiting += 1;
    this.#reached += 1;
    this.#changed.fire();
    while (!this.#open) await this.#next();
    this.#waiting -= 1;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      const undo = this.#changed.subscribe(() => {
        undo();
        resolve();
      });
    });
  }
}
