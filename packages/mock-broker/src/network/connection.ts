import type { Socket } from 'node:net';
import { Signal } from '../log/signal.ts';
import type { Session } from '../security/session.ts';
import { FrameReader } from './frame-reader.ts';
import { readInPlace } from './read-in-place.ts';

/** What became of a request: bytes to send (and perhaps the end after them), nothing to send (acks=0), or the end of the connection. */
export type Outcome =
  | {
      readonly kind: 'reply';
      readonly parts: readonly Uint8Array[];
      readonly thenClose?: boolean;
      readonly muted?: Promise<void> | undefined;
      /** Only so many bytes are sent; then the connection ends, or the rest follows when the promise says so. */
      readonly broken?: { readonly afterBytes: number; readonly next: 'close' | Promise<void> } | undefined;
    }
  | { readonly kind: 'silent' | 'close' };

type Broken = Extract<Outcome, { readonly kind: 'reply' }>['broken'];

/** Decides a request; a promise that stays open holds back everything behind it on the same connection. */
export type Serve = (frame: Uint8Array, connection: Connection) => Outcome | Promise<Outcome>;

/** What a connection is made of. */
export type ConnectionParts = {
  readonly nodeId: number;
  /** As the server accepted it, and paused. */
  readonly socket: Socket;
  readonly session: Session;
  readonly serve: Serve;
  /** Called before anything that was answered leaves, and after what has no answer; false: it may not leave. */
  readonly settle?: (() => boolean) | undefined;
  /** By the broker's clock. */
  readonly connectedAt?: number;
};

/** `socket.request.max.bytes` of a real broker. */
const LONGEST_FRAME = 100 * 1024 * 1024;
/** The size in front of a frame. */
const PREFIX = 4;
/** More than this waiting to be served and the socket is not read further: the client feels it as back pressure. */
const QUEUE_BYTES = 8 * 1024 * 1024;
const UNSENT_BYTES = 16 * 1024 * 1024;
/** Answers of a pipelining client are written together up to here; a larger write gains nothing by waiting. */
const TOGETHER_BYTES = 64 * 1024;

/** Where a client is. A socket of both families shows IPv4 addresses as IPv6 ones; rules name them as they are. */
export function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/**
 * One client's socket. Requests are served strictly one after another, as a real broker does, which alone makes answers
 * come in order and keeps a pipelined request from overtaking the one before it.
 */
export class Connection {
  readonly nodeId: number;
  readonly host: string;
  readonly remotePort: number;
  readonly session: Session;
  readonly connectedAt: number;
  /** What came and went so far. */
  readonly traffic = { bytesIn: 0, bytesOut: 0, requests: 0 };
  /** Fires once, when the client is given up: parked answers need not be prepared any more. */
  readonly closed = new Signal();
  /** Resolves when the socket is gone and its port is free. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #serve: Serve;
  readonly #settle: () => boolean;
  readonly #reader = new FrameReader(LONGEST_FRAME, (frame) => this.#enqueue(frame));
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #busy = false;
  #corked = false;
  #open = true;

  constructor({ nodeId, socket, session, serve, settle = () => true, connectedAt = 0 }: ConnectionParts) {
    this.nodeId = nodeId;
    this.connectedAt = connectedAt;
    this.session = session;
    this.host = addressOf(socket);
    this.remotePort = socket.remotePort ?? 0;
    this.#serve = serve;
    this.#settle = settle;
    this.#socket = this.#listenTo(socket);
    this.#socket.setNoDelay(true);
    // A reset by the client is its own affair; 'close' follows and does the work.
    this.#socket.on('error', () => this.destroy());
    this.gone = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#ended();
        resolve();
      });
    });
  }

  /** Bytes of requests that were read and wait for the ones ahead of them. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Requests that came and have no answer yet. */
  get inFlight(): number {
    return this.#queue.length + (this.#busy ? 1 : 0);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Cuts the connection at once; what was not yet sent is lost. */
  destroy(): void {
    this.#socket.destroy();
    this.#ended();
  }

  /** Sends what is left and closes. */
  end(): void {
    this.#flush();
    this.#socket.end(() => this.#socket.destroy());
    this.#ended();
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#queue.length = 0;
    this.closed.fire();
  }

  #listenTo(accepted: Socket): Socket {
    const socket = readInPlace(accepted, {
      space: () => this.#reader.space(),
      filled: (count) => this.#receive(() => this.#reader.filled(count)),
    });
    if (socket) return socket;
    accepted.on('data', (chunk) => this.#receive(() => this.#reader.push(chunk)));
    return accepted.resume();
  }

  #receive(read: () => void): void {
    try {
      read();
    } catch {
      this.destroy();
      return;
    }
    if (this.#queuedBytes > QUEUE_BYTES) this.#socket.pause();
    if (!this.#busy) void this.#work();
  }

  #enqueue(frame: Uint8Array): void {
    this.#queue.push(frame);
    this.#queuedBytes += frame.byteLength;
    this.traffic.requests += 1;
    this.traffic.bytesIn += frame.byteLength + PREFIX;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let frame = this.#queue.shift(); frame && this.#open; frame = this.#queue.shift()) {
      this.#queuedBytes -= frame.byteLength;
      if (this.#queuedBytes <= QUEUE_BYTES && this.#socket.isPaused()) this.#socket.resume();
      const outcome = await this.#decide(frame);
      if (!this.#open) break;
      if (outcome.kind === 'close') {
        this.#flush();
        this.destroy();
      } else if (outcome.kind === 'reply') {
        if (outcome.broken) await this.#sendBroken(outcome.parts, outcome.broken);
        else await this.#send(outcome.parts);
        if (outcome.thenClose) this.end();
        // The client was told to be silent; what it sends all the same waits.
        else if (outcome.muted) await outcome.muted;
      } else {
        this.#cork();
      }
    }
    this.#busy = false;
  }

  /** A defect of the broker must be seen: it ends the connection and goes on as an unhandled rejection. */
  async #decide(frame: Uint8Array): Promise<Outcome> {
    try {
      return await this.#serve(frame, this);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  async #sendBroken(parts: readonly Uint8Array[], { afterBytes, next }: NonNullable<Broken>): Promise<void> {
    const bytes = Buffer.concat(parts);
    await this.#send([bytes.subarray(0, afterBytes)]);
    if (next === 'close') this.end();
    else await next;
    if (this.#open) await this.#send([bytes.subarray(afterBytes)]);
  }

  async #send(parts: readonly Uint8Array[]): Promise<void> {
    this.#cork();
    for (const part of parts) {
      this.traffic.bytesOut += part.byteLength;
      this.#socket.write(part);
    }
    if (this.#socket.writableLength > TOGETHER_BYTES) this.#flush();
    if (this.#socket.writableLength <= UNSENT_BYTES) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done);
        unsubscribe();
        resolve();
      };
      this.#socket.on('drain', done);
      const unsubscribe = this.closed.subscribe(done);
    });
  }

  /** Holds writes back until everything that can be decided at once is: a write costs more than a small request. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    // Runs when no promise is left to go on: behind all requests that wait for nothing, before any event.
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (!this.#corked) return;
    this.#corked = false;
    if (this.#settle()) this.#socket.uncork();
    else this.destroy();
  }
}
