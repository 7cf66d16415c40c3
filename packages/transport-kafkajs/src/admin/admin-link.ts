import {
  backoffDelay,
  type EventstreamError,
  isEventstreamError,
  type MomentHub,
  sleep,
  type WaitOptions,
  waitFor,
  within,
} from '@eventstream/core';
import type { Admin } from 'kafkajs';
import { type Client, createClient } from '../client/client.ts';
import { type Attempt, toEventstreamError, transportClosed } from '../client/errors.ts';
import type { Settings } from '../settings.ts';

/** What is asked of the brokers, and how long it may take. */
export interface Ask extends Omit<Attempt, 'brokers'> {
  readonly wait?: WaitOptions;
  /** An answer that trying again may change, besides those whose error says so. */
  readonly again?: (error: EventstreamError) => boolean;
}

/** What does not come right in this many tries is tried with a new client. */
const triesPerClient = 3;

/** One kafkajs admin with its connections. */
interface Session extends Client {
  readonly admin: Admin;
  connecting: Promise<void> | undefined;
  /** It has answered before: a topic it calls missing may be another one it still remembers. */
  used: boolean;
}

/** Everything that is neither producing nor consuming: metadata, topics, offsets. Tries again while that can help. */
export class AdminLink {
  readonly #settings: Settings;
  readonly #moments: MomentHub;
  #session: Session;
  #closed = false;

  constructor(settings: Settings, moments: MomentHub) {
    this.#settings = settings;
    this.#moments = moments;
    this.#session = this.#open();
  }

  /** Connects once; a failed attempt may be repeated. */
  connect(): Promise<void> {
    const session = this.#session;
    session.connecting ??= session.admin.connect().catch((error: unknown) => {
      session.connecting = undefined;
      throw error;
    });
    return session.connecting;
  }

  /** Runs a request until it succeeds, fails for good, or `timeoutMs` (default: the request timeout) is over. */
  ask<Value>(ask: Ask, request: (admin: Admin) => Promise<Value>): Promise<Value> {
    const { clock, requestTimeoutMs } = this.#settings;
    const { timeoutMs = requestTimeoutMs, signal } = ask.wait ?? {};
    const context = { operation: ask.operation, clock, timeoutMs, ...(signal === undefined ? {} : { signal }) };
    return waitFor(this.#try(ask, request, clock.elapsed() + timeoutMs), context);
  }

  /** Lets go of the connections; ends them by force when kafkajs has not within `graceMs`. */
  close(graceMs: number): Promise<void> {
    this.#closed = true;
    return this.#end(this.#session, graceMs);
  }

  async #try<Value>(ask: Ask, request: (admin: Admin) => Promise<Value>, deadline: number): Promise<Value> {
    const { clock, random, brokers } = this.#settings;
    for (let attempt = 1; ; attempt += 1) {
      const session = this.#session;
      if (this.#closed) throw transportClosed();
      try {
        await this.connect();
        const value = await request(session.admin);
        session.used = true;
        return value;
      } catch (thrown) {
        const error = toEventstreamError(thrown, { ...ask, brokers });
        if (this.#renewed(session, thrown)) continue;
        if (attempt % triesPerClient === 0) this.#renew(session);
        const delay = backoffDelay(attempt, { initialMs: 50, maxMs: 1000, jitter: 0.5 }, random);
        const retriable = error.retriable || ask.again?.(error) === true;
        if (!retriable || ask.wait?.signal?.aborted || clock.elapsed() + delay >= deadline) throw error;
        await sleep(delay, clock);
      }
    }
  }

  /**
   * kafkajs asks for every topic it was ever asked about and fails as a whole when one of them is gone: "missing" counts only
   * from a client that remembers none.
   */
  #renewed(session: Session, thrown: unknown): boolean {
    const unknown = toEventstreamError(thrown, { operation: '', brokers: [], topic: '' });
    if (!session.used || !isEventstreamError(unknown, 'topic-missing')) return false;
    this.#renew(session);
    return true;
  }

  #renew(session: Session): void {
    if (this.#session !== session || this.#closed) return;
    this.#session = this.#open();
    void this.#end(session, 1000);
  }

  #open(): Session {
    const { brokers, requestTimeoutMs } = this.#settings;
    const client = createClient(this.#settings, this.#moments, { retries: brokers.length, requestTimeoutMs });
    const admin = client.kafka.admin({ retry: { retries: 0 } });
    admin.on(admin.events.REQUEST_TIMEOUT, ({ payload }) => {
      client.sockets.destroyBroker(payload.broker, `no answer for ${requestTimeoutMs} ms`);
    });
    return { ...client, admin, connecting: undefined, used: false };
  }

  async #end({ admin, sockets }: Session, graceMs: number): Promise<void> {
    await within(admin.disconnect(), graceMs, this.#settings.clock);
    sockets.destroyAll('the transport was closed', true);
  }
}
