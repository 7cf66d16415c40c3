import { type Clock, isEventstreamError, type WaitOptions } from '@eventstream/core';

/** Whether events sent now would reach the brokers, as far as is known. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Trouble older than this is no news; without traffic nothing would ever prove it over. */
const troubleLastsMs = 10_000;
const connectPatienceMs = 2_000;

/** Knows the state of the brokers from the connection and from what became of the last events. */
export class Health {
  readonly #clock: Clock;
  readonly #connect: (options: WaitOptions) => Promise<void>;
  #trouble: { readonly reason: string; readonly at: number } | undefined;
  #closing = false;

  constructor(clock: Clock, connect: (options: WaitOptions) => Promise<void>) {
    this.#clock = clock;
    this.#connect = connect;
  }

  get closing(): boolean {
    return this.#closing;
  }

  close(): void {
    this.#closing = true;
  }

  stored(): void {
    this.#trouble = undefined;
  }

  failed(reason: string): void {
    this.#trouble = { reason, at: this.#clock.elapsed() };
  }

  async readiness(): Promise<Readiness> {
    if (this.#closing) return { ready: false, reason: 'closing' };
    try {
      await this.#connect({ timeoutMs: connectPatienceMs });
    } catch (error) {
      const code = isEventstreamError(error) ? error.code : 'internal';
      return { ready: false, reason: code === 'timeout' ? 'transport-unreachable' : code };
    }
    const trouble = this.#trouble;
    if (trouble !== undefined && this.#clock.elapsed() - trouble.at < troubleLastsMs)
      return { ready: false, reason: trouble.reason };
    return { ready: true };
  }
}
