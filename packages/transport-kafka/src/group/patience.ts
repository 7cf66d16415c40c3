import { type Clock, isEventstreamError, within } from '@eventstream/core';
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

  /**
   * The answer to a request, unless the session ends before. The session is counted anew from when the request was sent, as its
   * coordinator cannot have had it earlier.
   */
  async through<Value>(request: () => Promise<Value>): Promise<Value> {
    const sentAt = this.#clock.elapsed();
    const answering = request();
    const left = this.#heardAt + this.#sessionMs - sentAt;
    if ((await within(answering, left, this.#clock)) === 'late') {
      throw new BrokerLost('the coordinator', `it was not heard of for ${this.#sessionMs} ms`, { maybeServed: true });
    }
    const answer = await answering;
    this.#heardAt = sentAt;
    return answer;
  }

  /** Whether what failed may pass before the session is over. */
  allows(error: unknown): boolean {
    const mayPass = error instanceof BrokerLost || (isEventstreamError(error) && error.retriable);
    return mayPass && this.#clock.elapsed() - this.#heardAt < this.#sessionMs;
  }
}
