import type { Serve } from '../network/connection.ts';

/**
 * Holds requests back until the cluster is what it is meant to be: doors open one after another, and a client that has been
 * waiting for its broker to come back must not find it without its topics.
 */
export class StartGate {
  #isOpen = false;
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#isOpen = true;
    this.#open();
  }

  hold(serve: Serve): Serve {
    return (frame, connection) =>
      this.#isOpen ? serve(frame, connection) : this.#opened.then(() => serve(frame, connection));
  }
}
