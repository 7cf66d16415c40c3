import { type Clock, isEventstreamError } from '@eventstream/core';
import { BrokerLost } from '../network/broker-lost.ts';

/** How long a member that does not reach its coordinator may think that it still is one: as long as its session. */
export class Patience {
  readonly #clock: Clock;
  readonly #sessionMs: number;
  #heardAt: number;

  constructor(clock: Clock, sessionMs: number) {
    this.#clock = clock;
    this.#sessionMs = sessionMs;
    this.#heardAt = clock.elapsed();
  }

  /** The coordinator has answered. */
  renew(): void {
    this.#heardAt = this.#clock.elapsed();
  }

  /** Whether what failed may pass before the session is over. */
  allows(error: unknown): boolean {
    const mayPass = error instanceof BrokerLost || (isEventstreamError(error) && error.retriable);
    return mayPass && this.#clock.elapsed() - this.#heardAt < this.#sessionMs;
  }
}
