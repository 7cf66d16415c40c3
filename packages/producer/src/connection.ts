import {
  EventstreamError,
  isEventstreamError,
  type Transport,
  type TransportCloseReport,
  type WaitOptions,
} from '@eventstream/core';

/** The producer's share of a transport: connected once, by the first who asks, and given back once. */
export class Connection {
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #lifetime = new AbortController();
  #attempt: Promise<void> | undefined;
  #owned = false;

  constructor(transport: Transport, timeoutMs: number) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves when the brokers were reached. A failed attempt is forgotten, so that the next caller tries again. */
  ready(): Promise<void> {
    this.#attempt ??= this.#connect();
    return this.#attempt;
  }

  async #connect(): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      await this.#transport.connect({ timeoutMs: this.#timeoutMs, signal });
      this.#owned = true;
    } catch (error) {
      this.#attempt = undefined;
      throw isEventstreamError(error, 'timeout') ? this.#unreachable(error) : error;
    }
  }

  #unreachable(cause: unknown): EventstreamError<'transport-unreachable'> {
    const message = `Transport "${this.#transport.name}" reached no broker within ${this.#timeoutMs} ms. Start the brokers, or correct their addresses; the next send tries again.`;
    return new EventstreamError('transport-unreachable', { message, facts: { brokers: [] }, cause });
  }

  /** Gives the share back. An attempt under way is cut short, and undone should it succeed after all. */
  async release(options: WaitOptions): Promise<TransportCloseReport> {
    this.#lifetime.abort();
    if (this.#owned) return this.#transport.close(options);
    void this.#attempt?.then(
      () => this.#transport.close(options),
      () => undefined,
    );
    return { unsent: 0 };
  }
}
