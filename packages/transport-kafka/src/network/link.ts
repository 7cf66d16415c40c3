import type { Duplex } from 'node:stream';
import { backoffDelay, type Clock, type Random, sleep, type Undo } from '@eventstream/core';
import type { AnyApi, RequestInput, ResponseOf } from '@eventstream/kafka-protocol';
import { authenticate, beginAuthentication } from '../security/authenticate.ts';
import type { SaslMechanism } from '../security/sasl/mechanism.ts';
import { tlsRefusal } from '../security/tls-refusal.ts';
import { type Address, formatAddress } from './address.ts';
import { BrokerLost } from './broker-lost.ts';
import { Connection } from './connection.ts';
import type { DialOptions } from './dial.ts';
import { negotiate, type Versions } from './versions.ts';

/** What every link of a transport shares. */
export type LinkOptions = {
  readonly clientId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly requestTimeoutMs: number;
  /** For the conversation that makes a connection ready. */
  readonly connectTimeoutMs: number;
  /** A connection nobody has used for this long is closed. */
  readonly idleMs: number;
  readonly mechanism: SaslMechanism | undefined;
  readonly dial: (address: Address, limits: Pick<DialOptions, 'connectTimeoutMs' | 'signal'>) => Promise<Duplex>;
  /** Called when a connection that had been ready has ended. */
  readonly onLost: (lost: BrokerLost) => void;
};

/** A connection that is negotiated and authenticated. */
export type Ready = { readonly connection: Connection; readonly versions: Versions };

/** How a request through a link is sent. */
export type LinkSending = {
  /** Default: the transport's request timeout. */
  readonly timeoutMs?: number | undefined;
  /** The newest version to use. Default: the newest both sides speak. */
  readonly cap?: number | undefined;
};

/** Waits between attempts to connect: short at first, as a broker that restarts is back in a second. */
const pauses = { initialMs: 20, maxMs: 1000, jitter: 0.5 };

/** The part of the connect timeout one connection may take, so that `connect` can still say which step got no answer. */
const share = 0.9;

/** A session is renewed when this part of its life is over: late enough to be seldom, early enough for a slow broker. */
const renewAt = 0.85;
/** With less of a session left than this, another try to renew it is of no use. */
const leastLeftMs = 20;

/** The way to one broker for one purpose: a connection that is made when needed and made again when lost. */
export class Link {
  readonly broker: string;
  readonly address: Address;
  readonly #options: LinkOptions;
  #ready: Ready | undefined;
  #opening: Promise<Ready> | undefined;
  #givingUp: AbortController | undefined;
  #connection: Connection | undefined;
  #failures = 0;
  #notBefore = 0;
  #closed = false;
  #cancelRenewal: Undo = () => undefined;
  #cancelIdle: Undo = () => undefined;

  constructor(address: Address, options: LinkOptions) {
    this.address = address;
    this.broker = formatAddress(address);
    this.#options = options;
  }

  /** The connection, when there is one now. */
  get ready(): Ready | undefined {
    return this.#ready;
  }

  /** The connection, made if there is none. Rejects with `BrokerLost`, `AuthenticationFailed` or `UnsupportedByBroker`. */
  open(): Promise<Ready> {
    if (this.#ready !== undefined) return Promise.resolve(this.#ready);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Sends a request over the connection, which is made if there is none. */
  async request<Of extends AnyApi>(
    api: Of,
    request: RequestInput<Of> | ((ready: Ready & { readonly version: number }) => RequestInput<Of>),
    { timeoutMs = this.#options.requestTimeoutMs, cap }: LinkSending = {},
  ): Promise<ResponseOf<Of>> {
    const ready = this.#ready ?? (await this.open());
    const version = ready.versions.choose(api, cap);
    const body = typeof request === 'function' ? request({ ...ready, version }) : request;
    return ready.connection.request(api, body, { version, timeoutMs });
  }

  /** Ends the connection, or the making of one; what is in flight rejects. A later request makes a new one. */
  drop(reason: string): void {
    this.#givingUp?.abort(reason);
    this.#connection?.close(reason);
  }

  /** Ends the connection for good. */
  close(reason: string): void {
    this.#closed = true;
    this.drop(reason);
  }

  async #open(): Promise<Ready> {
    const { clock, random } = this.#options;
    const givingUp = new AbortController();
    this.#givingUp = givingUp;
    try {
      return await this.#make(givingUp.signal);
    } catch (error) {
      this.#connection?.close('it could not be made ready');
      this.#failures += 1;
      this.#notBefore = clock.elapsed() + backoffDelay(this.#failures, pauses, random);
      throw tlsRefusal(this.broker, error) ?? error;
    } finally {
      this.#givingUp = undefined;
    }
  }

  async #make(signal: AbortSignal): Promise<Ready> {
    const { clock, dial, clientId } = this.#options;
    const wait = this.#notBefore - clock.elapsed();
    if (wait > 0) await sleep(wait, clock, signal).catch(() => undefined);
    if (this.#closed || signal.aborted) throw this.#givenUp(signal);
    const timeoutMs = this.#options.connectTimeoutMs * share;
    const deadline = clock.elapsed() + timeoutMs;
    const stream = await dial(this.address, { connectTimeoutMs: timeoutMs, signal });
    const connection = new Connection(stream, {
      broker: this.broker,
      clientId,
      clock,
      onEnd: (lost) => this.#ended(connection, lost),
    });
    this.#connection = connection;
    if (signal.aborted) connection.close(String(signal.reason));
    return this.#prepare(connection, () => Math.max(deadline - clock.elapsed(), 1));
  }

  async #prepare(connection: Connection, left: () => number): Promise<Ready> {
    const { clock, mechanism } = this.#options;
    const versions = await negotiate(connection, left());
    const ready = { connection, versions };
    if (mechanism !== undefined) {
      const begun = await beginAuthentication(this.broker, mechanism, { timeoutMs: left(), clock });
      const send: Connection['request'] = (api, request, sending) => connection.request(api, request, sending);
      this.#renewLater(ready, mechanism, await authenticate(begun, { versions, left, send }));
    }
    connection.trust();
    if (connection.ended) throw new BrokerLost(this.broker, 'the connection has ended', { maybeServed: false });
    this.#ready = ready;
    this.#failures = 0;
    this.#notBefore = 0;
    this.#watchIdle(connection);
    return ready;
  }

  /** KIP-368: the broker ends a session that outlives its token, so a new one is shown in time, over the same connection. */
  #renewLater(ready: Ready, mechanism: SaslMechanism, lifetimeMs: number): void {
    this.#cancelRenewal();
    if (lifetimeMs <= 0 || ready.connection.ended) return;
    const { clock } = this.#options;
    const endsAt = clock.elapsed() + lifetimeMs;
    this.#cancelRenewal = clock.after(lifetimeMs * renewAt, () => void this.#renew(ready, mechanism, endsAt));
  }

  /** Has the token before it stops the requests: a slow identity provider must not hold them up. */
  async #renew(ready: Ready, mechanism: SaslMechanism, endsAt: number): Promise<void> {
    const { connection, versions } = ready;
    const { clock, requestTimeoutMs } = this.#options;
    const remaining = () => endsAt - clock.elapsed();
    const giveUp = (error: Error) => connection.close(`the session could not be renewed (${error.message})`);
    try {
      const limits = { timeoutMs: Math.max(remaining(), leastLeftMs), clock };
      const begun = await beginAuthentication(this.broker, mechanism, limits);
      await connection
        .alone(async (send) => {
          const left = () => requestTimeoutMs;
          this.#renewLater(ready, mechanism, await authenticate(begun, { versions, left, send }));
        })
        .catch(giveUp);
    } catch (error) {
      // The session is good for a while yet, and the next token may be.
      if (remaining() < leastLeftMs) giveUp(error as Error);
      else if (!connection.ended) {
        this.#cancelRenewal = clock.after(remaining() / 2, () => void this.#renew(ready, mechanism, endsAt));
      }
    }
  }

  #watchIdle(connection: Connection): void {
    const { clock, idleMs } = this.#options;
    this.#cancelIdle = clock.after(idleMs - connection.idleFor(clock.elapsed()), () => {
      if (connection.idleFor(clock.elapsed()) >= idleMs) connection.close('it was idle');
      else this.#watchIdle(connection);
    });
  }

  #ended(connection: Connection, lost: BrokerLost): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#cancelRenewal();
    this.#cancelIdle();
    if (this.#ready === undefined) return;
    this.#ready = undefined;
    this.#options.onLost(lost);
  }

  #givenUp(signal: AbortSignal): BrokerLost {
    const reason = signal.aborted ? String(signal.reason) : 'the transport was closed';
    return new BrokerLost(this.broker, reason, { maybeServed: false });
  }
}
