import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Where ports of a network without sockets begin. */
const FIRST_PORT = 40_001;
const LOOPBACK = '127.0.0.1';

/** What kafkajs hands to its `socketFactory`. */
export type SocketRequest = { readonly host: string; readonly port: number; readonly onConnect: () => void };

/** One end of a connection inside the process; what is written comes out at the other. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = LOOPBACK;
  readonly remotePort: number;
  #peer: MemorySocket | undefined;
  #resume: (() => void) | undefined;
  #isEnded = false;

  constructor(remotePort: number) {
    super({ allowHalfOpen: false });
    this.remotePort = remotePort;
  }

  /** Ties two ends together. */
  join(peer: MemorySocket): void {
    this.#peer = peer;
    peer.#peer = this;
  }

  /** Sockets have these; there is no wire to tell. */
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  // The bytes may belong to a log, and readers may do with theirs as they like: the other end gets a copy.
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    const peer = this.#peer;
    if (!peer || peer.#isEnded || peer.push(Buffer.from(chunk))) done();
    else peer.#resume = done;
  }

  override _final(done: () => void): void {
    if (this.#peer) this.#peer.#end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#isEnded = true;
    if (this.#peer) this.#peer.#end();
    this._read();
    done(error);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  }
}

/** Ports and connections inside the process: no socket is opened, no real I/O happens, and everything comes in one order. */
export class MemoryNetwork {
  readonly #doors = new Map<number, (socket: Socket) => void>();
  #nextPort = FIRST_PORT;
  #nextClient = 1;

  /** Takes connections at a port; 0 takes the next free one. */
  listen(port: number, accept: (socket: Socket) => void): number {
    const taken = port === 0 ? this.#nextPort++ : port;
    this.#doors.set(taken, accept);
    return taken;
  }

  close(port: number): void {
    this.#doors.delete(port);
  }

  /** The client's end of a new connection; where nobody listens, it is refused in the way a socket is. */
  connect(port: number): MemorySocket {
    const client = new MemorySocket(port);
    const accept = this.#doors.get(port);
    if (!accept) {
      const refusal = new Error(`connect ECONNREFUSED ${LOOPBACK}:${port}`);
      process.nextTick(() => client.destroy(Object.assign(refusal, { code: 'ECONNREFUSED' })));
      return client;
    }
    const server = new MemorySocket(this.#nextClient++);
    client.join(server);
    // A duplex has all of a socket that a connection uses.
    accept(server as unknown as Socket);
    return client;
  }

  /** For kafkajs: `new Kafka({ socketFactory })`. */
  readonly socketFactory = ({ port, onConnect }: SocketRequest): Socket => {
    const socket = this.connect(port);
    if (!socket.destroyed) process.nextTick(onConnect);
    return socket as unknown as Socket;
  };
}
