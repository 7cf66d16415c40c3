import { EventstreamError, type MomentHub } from '@eventstream/core';
import type { ProducerSettings } from './options.ts';
import type { Outgoing } from './outgoing.ts';

/** Counts what waits for a topic or for room, and keeps it within its bounds. */
export class WaitingRoom {
  readonly #settings: ProducerSettings;
  readonly #moments: MomentHub;
  #sends = 0;
  #bytes = 0;

  constructor(settings: ProducerSettings, moments: MomentHub) {
    this.#settings = settings;
    this.#moments = moments;
  }

  /** The `buffer-full` error when one more event would be too many. */
  refusal(outgoing: Outgoing): EventstreamError<'buffer-full'> | undefined {
    const { waitingSends, waitingBytes } = this.#settings;
    const fits = this.#bytes + outgoing.size <= waitingBytes || this.#sends === 0;
    if (fits && this.#sends < waitingSends) return undefined;
    return this.#full(outgoing, `${this.#sends} sends with ${this.#bytes} bytes already wait, the bound is reached`);
  }

  /** The `buffer-full` error of an event that has waited too long. */
  expiry(outgoing: Outgoing): EventstreamError<'buffer-full'> {
    return this.#full(outgoing, `it had no room within ${this.#settings.fullTimeoutMs} ms`);
  }

  enter(outgoing: Outgoing): void {
    outgoing.waiting = true;
    this.#sends += 1;
    this.#bytes += outgoing.size;
    this.#publish();
  }

  leave(outgoing: Outgoing): void {
    if (!outgoing.waiting) return;
    outgoing.waiting = false;
    this.#sends -= 1;
    this.#bytes -= outgoing.size;
    this.#publish();
  }

  #publish(): void {
    if (this.#moments.wants('producer.waiting')) this.#moments.publish('producer.waiting', { waiting: this.#sends });
  }

  #full(outgoing: Outgoing, why: string): EventstreamError<'buffer-full'> {
    const { type, topic } = outgoing;
    return new EventstreamError('buffer-full', {
      message: `Event "${type}" for "${topic}" was not sent: ${why}. Send more slowly, or await receipts; look at the brokers if this lasts.`,
      facts: { bytes: this.#bytes, limit: this.#settings.waitingBytes },
    });
  }
}
