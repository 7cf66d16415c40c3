import type { Duplex } from 'node:stream';
import type { Clock, Undo } from '@eventstream/core';
import {
  type AnyApi,
  decodeResponseFrame,
  encodeRequestParts,
  errorCodes,
  FrameSplitter,
  messages,
  type RequestInput,
  type ResponseOf,
} from '@eventstream/kafka-protocol';
import { BrokerLost } from './broker-lost.ts';

/** What a {@link Connection} is given. */
export type ConnectionOptions = {
  /** `host:port`, for errors. */
  readonly broker: string;
  readonly clientId: string;
  readonly clock: Clock;
  /** Called once when the connection has ended, with why. */
  readonly onEnd: (lost: BrokerLost) => void;
};

/** How one request is sent. */
export type Sending = { readonly version: number; readonly timeoutMs: number };

type Pending = {
  readonly api: AnyApi;
  readonly version: number;
  readonly correlationId: number;
  readonly cancel: Undo;
  readonly resolve: (response: never) => void;
  readonly reject: (error: Error) => void;
};

/** What a broker says before it is known to be one is short; a port that speaks something else announces anything. */
const introductionBytes = 1024 ** 2;
const maxFrameBytes = 0x7fff_ffff;
const maxCorrelationId = 0x7fff_ffff;

/**
 * One connection to one broker. Requests are pipelined; a broker answers them in order, so the oldest one is always the one
 * that is answered. A request without an answer in time ends the connection: nobody could tell a late answer from a lost one.
 */
export class Connection {
  readonly broker: string;
  readonly #stream: Duplex;
  readonly #options: ConnectionOptions;
  #splitter = new FrameSplitter({ maxFrameBytes: introductionBytes });
  readonly #pending: Pending[] = [];
  #correlationId = 0;
  #ended: BrokerLost | undefined;
  /** What is to be sent when the connection is not {@link alone} and not muted any more. */
  readonly #held: (() => void)[] = [];
  #isAlone = false;
  #cancelMute: Undo | undefined;
  #onIdle: (() => void) | undefined;
  #lastUsed: number;

  constructor(stream: Duplex, options: ConnectionOptions) {
    this.broker = options.broker;
    this.#stream = stream;
    this.#options = options;
    this.#lastUsed = options.clock.elapsed();
    stream.on('data', (chunk: Uint8Array) => this.#read(chunk));
    stream.on('error', (error) => this.#end(error.message, error));
    stream.on('close', () => this.#end('the broker closed the connection'));
    if (stream.destroyed) this.#end('the broker closed the connection');
  }

  /** The other side has shown to be a broker, and who it is: its answers may be large from now on. */
  trust(): void {
    if (this.#splitter.bufferedBytes > 0) this.#end('the broker answered what was not asked');
    this.#splitter = new FrameSplitter({ maxFrameBytes });
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Requests that wait for their answer. */
  get inFlight(): number {
    return this.#pending.length;
  }

  /** Milliseconds since the last request or answer; 0 while one is in flight. */
  idleFor(now: number): number {
    return this.#pending.length > 0 ? 0 : now - this.#lastUsed;
  }

  /** Sends a request and resolves with its answer. Rejects with `BrokerLost`; throws what encoding throws. */
  request<Of extends AnyApi>(api: Of, request: RequestInput<Of>, sending: Sending): Promise<ResponseOf<Of>> {
    if (this.#ended !== undefined) return Promise.reject(this.#lost(false));
    if (!this.#isHeld) return this.#send(api, request, sending);
    return new Promise((resolve, reject) => {
      this.#held.push(() => this.request(api, request, sending).then(resolve, reject));
    });
  }

  /** Sends a request that has no answer, as Produce has none with acks=0. Resolves when it was handed to the socket. */
  post<Of extends AnyApi>(api: Of, request: RequestInput<Of>, version: number): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#lost(false));
    if (this.#isHeld) {
      return new Promise((resolve, reject) => {
        this.#held.push(() => this.post(api, request, version).then(resolve, reject));
      });
    }
    this.#write(encodeRequestParts(api, this.#address(version), request));
    return Promise.resolve();
  }

  /** Runs `work` with the connection to itself: what is in flight is answered first, what comes meanwhile is sent after it. */
  async alone(work: (send: Connection['request']) => Promise<void>): Promise<void> {
    this.#isAlone = true;
    try {
      if (this.#pending.length > 0) await new Promise<void>((resolve) => this.#awaitIdle(resolve));
      await work((api, request, sending) => this.#send(api, request, sending));
    } finally {
      this.#isAlone = false;
      this.#release();
    }
  }

  /** Ends the connection. Requests in flight reject. */
  close(reason: string): void {
    this.#end(reason);
  }

  get #isHeld(): boolean {
    return this.#isAlone || this.#cancelMute !== undefined;
  }

  #release(): void {
    if (this.#isHeld) return;
    for (const send of this.#held.splice(0)) send();
  }

  /** KIP-219: a client above its quota is told for how long to be silent, and is not listened to for that long. */
  #mute(ms: number): void {
    this.#cancelMute?.();
    this.#cancelMute = this.#options.clock.after(ms, () => {
      this.#cancelMute = undefined;
      this.#release();
    });
  }

  #send<Of extends AnyApi>(api: Of, request: RequestInput<Of>, sending: Sending): Promise<ResponseOf<Of>> {
    if (this.#ended !== undefined) return Promise.reject(this.#lost(false));
    const { version, timeoutMs } = sending;
    const address = this.#address(version);
    const parts = encodeRequestParts(api, address, request);
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(timeoutMs, () =>
        this.#end(`${api.name} was not answered within ${timeoutMs} ms`),
      );
      const { correlationId } = address;
      this.#pending.push({ api, version, correlationId, cancel, resolve, reject });
      this.#write(parts);
    });
  }

  #address(version: number) {
    this.#correlationId = this.#correlationId === maxCorrelationId ? 0 : this.#correlationId + 1;
    return { version, correlationId: this.#correlationId, clientId: this.#options.clientId };
  }

  #write(parts: readonly Uint8Array[]): void {
    this.#lastUsed = this.#options.clock.elapsed();
    this.#stream.cork();
    for (const part of parts) if (part.length > 0) this.#stream.write(part);
    this.#stream.uncork();
  }

  #read(chunk: Uint8Array): void {
    try {
      for (const frame of this.#splitter.push(chunk)) this.#answer(frame);
    } catch (error) {
      this.#end(`an answer could not be read (${(error as Error).message})`, error);
    }
  }

  #answer(frame: Uint8Array): void {
    const pending = this.#pending.shift();
    if (this.#ended !== undefined || pending === undefined) {
      this.#end('the broker answered what was not asked');
      return;
    }
    this.#lastUsed = this.#options.clock.elapsed();
    pending.cancel();
    try {
      const { correlationId, response } = decodeResponseFrame(pending.api, versionOf(pending, frame), frame);
      if (correlationId !== pending.correlationId) {
        throw new RangeError(`answer ${correlationId} came where ${pending.correlationId} was due`);
      }
      const { throttleTimeMs } = response as { readonly throttleTimeMs?: number };
      if (throttleTimeMs !== undefined && throttleTimeMs > 0) this.#mute(throttleTimeMs);
      pending.resolve(response as never);
    } catch (cause) {
      const reason = `the answer to ${pending.api.name} could not be read (${(cause as Error).message})`;
      pending.reject(new BrokerLost(this.broker, reason, { maybeServed: true, cause }));
      this.#end(reason, cause);
    }
    if (this.#pending.length === 0) this.#tellIdle();
  }

  #awaitIdle(resolve: () => void): void {
    this.#onIdle = resolve;
  }

  #tellIdle(): void {
    const tell = this.#onIdle;
    this.#onIdle = undefined;
    tell?.();
  }

  #end(reason: string, cause?: unknown): void {
    if (this.#ended !== undefined) return;
    const lost = new BrokerLost(this.broker, reason, { maybeServed: true, cause });
    this.#ended = lost;
    this.#stream.destroy();
    for (const pending of this.#pending.splice(0)) {
      pending.cancel();
      pending.reject(lost);
    }
    this.#cancelMute?.();
    this.#cancelMute = undefined;
    this.#release();
    this.#tellIdle();
    this.#options.onEnd(lost);
  }

  #lost(maybeServed: boolean): BrokerLost {
    return new BrokerLost(this.broker, this.#ended?.message ?? 'the connection has ended', { maybeServed });
  }
}

/** KIP-511: who does not know the version of an ApiVersions request answers it in version 0, beginning with this error. */
function versionOf({ api, version }: Pending, frame: Uint8Array): number {
  const isUnknown =
    api === messages.apiVersions && ((frame[4] ?? 0) << 8) + (frame[5] ?? 0) === errorCodes.UNSUPPORTED_VERSION;
  return isUnknown ? 0 : version;
}
