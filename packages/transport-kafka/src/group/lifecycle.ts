import { backoffDelay, EventstreamError, sleep, type Undo } from '@eventstream/core';
import { toEventstreamError } from '../errors/to-eventstream.ts';
import type { GroupContext, GroupLink } from './group-context.ts';

/** What a membership does in its group, by whichever protocol. */
export type Stay = {
  /** Joins and stays. Resolves when it has to join again; rejects with what it ran into. */
  live(): Promise<void>;
  /** Nothing is its own any more. */
  lost(): void;
  /** Trouble after it had joined; it goes on by itself when `error.retriable`. */
  failed(error: EventstreamError): void;
};

const restarts = { initialMs: 50, maxMs: 5000, jitter: 0.5 };

/** Joins a group again and again until it is closed, or what it runs into cannot pass. */
export class Lifecycle {
  readonly #context: GroupContext;
  readonly #link: GroupLink;
  readonly #stay: Stay;
  readonly #closing = new AbortController();
  readonly #started = deferred();
  #running: Promise<void> | undefined;
  #nudge: Undo = () => undefined;
  #accepted = false;
  #failures = 0;

  constructor(context: GroupContext, link: GroupLink, stay: Stay) {
    this.#context = context;
    this.#link = link;
    this.#stay = stay;
  }

  get closing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Resolves once the group accepted the member; rejects with what cannot pass, or has not in the time a request may take. */
  start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#started.promise;
  }

  /** The group has accepted the member. */
  accepted(): void {
    this.#accepted = true;
    this.#failures = 0;
    this.#started.resolve();
  }

  /** Waits, or until something needs to be looked at. */
  rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel: Undo = () => undefined;
      this.#nudge = () => {
        cancel();
        this.#nudge = () => undefined;
        resolve();
      };
      cancel = this.#context.clock.after(Math.max(ms, 0), () => this.#nudge());
      if (this.closing) this.#nudge();
    });
  }

  /** Something needs to be looked at now. */
  nudge(): void {
    this.#nudge();
  }

  /** Ends it; {@link Stay.lost} is called. */
  close(): void {
    this.#closing.abort();
    this.#nudge();
    this.#started.reject(
      new EventstreamError('closed', { message: 'The subscription was closed.', facts: { what: 'subscription' } }),
    );
    this.#stay.lost();
  }

  async #run(): Promise<void> {
    const { clock, random, requestTimeoutMs } = this.#context;
    const deadline = clock.elapsed() + requestTimeoutMs;
    while (!this.closing) {
      try {
        await this.#stay.live();
        continue;
      } catch (thrown) {
        if (this.closing) return;
        this.#stay.lost();
        const error = toEventstreamError(thrown, this.#link.attempt('join'));
        const passes = error.retriable || error.code === 'fenced';
        if (!passes || (!this.#accepted && clock.elapsed() > deadline)) {
          this.#started.reject(error);
          if (this.#accepted) this.#stay.failed(error);
          return;
        }
        this.#link.forget();
        if (error.code !== 'fenced' && this.#accepted) this.#stay.failed(error);
      }
      this.#failures += 1;
      await sleep(backoffDelay(this.#failures, restarts, random), clock, this.#closing.signal).catch(() => undefined);
    }
  }
}

function deferred() {
  let settle: { resolve(): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  return { promise, ...(settle as NonNullable<typeof settle>) };
}
