import type { Duplex } from 'node:stream';
import { backoffDelay, type Clock, type Random, sleep, type Undo } from '@eventstream/core';
import type { AnyApi, RequestInput, ResponseOf } from '@eventstream/kafka-protocol';
import { authenticate } from '../security/authenticate.ts';
import type { SaslMechanism } from '../security/sasl/mechanism.ts';
import { type Address, formatAddress } from './address.ts';
import { BrokerLost } from './broker-lost.ts';
import { Connection } from './connection.ts';
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
  readonly dial: (address: Address) => Promise<Duplex>;
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

/** A session is renewed when this part of its life is over: late enough to be seldom, early enough for a slow broker. */
const renewAt = 0.85;

/** The way to one broker for one purpose: a connection that is made when needed and made again when lost. */
export class Link {
  readonly broker: string;
  readonly address: Address;
  readonly #options: LinkOptions;
  #ready: Ready | undefined;
  #opening: Promise<Ready> | undefined;
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

  /** Ends the connection; what is in flight rejects. A later request makes a new one. */
  drop(reason: string): void {
    this.#connection?.close(reason);
  }

  /** Ends the connection for good. */
  close(reason: string): void {
    this.#closed = true;
    this.drop(reason);
  }

  async #open(): Promise<Ready> {
    const { clock, dial, clientId } = this.#options;
    const wait = this.#notBefore - clock.elapsed();
    if (wait > 0) await sleep(wait, clock);
    if (this.#closed) throw this.#closedError();
    try {
      const stream = await dial(this.address);
      const connection = new Connection(stream, {
        broker: this.broker,
        clientId,
        clock,
        onEnd: (lost) => this.#ended(connection, lost),
      });
      this.#connection = connection;
      if (this.#closed) connection.close('the transport was closed');
      return await this.#prepare(connection);
    } catch (error) {
      this.#connection?.close('it could not be made ready');
      this.#failures += 1;
      this.#notBefore = clock.elapsed() + backoffDelay(this.#failures, pauses, this.#options.random);
      throw error;
    }
  }

  async #prepare(connection: Connection): Promise<Ready> {
    const { connectTimeoutMs: timeoutMs, mechanism } = this.#options;
    const versions = await negotiate(connection, timeoutMs);
    const ready = { connection, versions };
    if (mechanism !== undefined) {
      const send: Connection['request'] = (api, request, sending) => connection.request(api, request, sending);
      const lifetimeMs = await authenticate(this.broker, { versions, mechanism, timeoutMs, send });
      this.#renewLater(ready, mechanism, lifetimeMs);
    }
    if (connection.ended) throw new BrokerLost(this.broker, 'the connection has ended', { maybeServed: false });
    this.#ready = ready;
    this.#failures = 0;
    this.#notBefore = 0;
    this.#watchIdle(connection);
    return ready;
  }

  /** KIP-368: the broker ends a session that outlives its token, so a new one is shown in time, over the same connection. */
  #renewLater({ connection, versions }: Ready, mechanism: SaslMechanism, lifetimeMs: number): void {
    this.#cancelRenewal();
    if (lifetimeMs <= 0) return;
    const { clock, requestTimeoutMs: timeoutMs } = this.#options;
    this.#cancelRenewal = clock.after(lifetimeMs * renewAt, () => {
      let renewed = 0;
      const renewing = connection.alone(async (send) => {
        renewed = await authenticate(this.broker, { versions, mechanism, timeoutMs, send });
      });
      renewing.then(
        () => this.#renewLater({ connection, versions }, mechanism, renewed),
        (error: Error) => connection.close(`the session could not be renewed (${error.message})`),
      );
    });
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

  #closedError(): BrokerLost {
    return new BrokerLost(this.broker, 'the transport was closed', { maybeServed: false });
  }
}
