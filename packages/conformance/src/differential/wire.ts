import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { FrameSplitter } from '@eventstream/kafka-protocol';

/** What became of a request: bytes, the end of the connection, or nothing for as long as anybody waits. */
export type Fate = { readonly kind: 'frame'; readonly frame: Uint8Array } | { readonly kind: 'closed' | 'silent' };

/** One connection that neither retries nor interprets. */
export class Wire {
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter();
  readonly #waiting: ((fate: Fate) => void)[] = [];
  #open = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      for (const frame of this.#splitter.push(chunk)) this.#waiting.shift()?.({ kind: 'frame', frame });
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#open = false;
      for (const settle of this.#waiting.splice(0)) settle({ kind: 'closed' });
    });
  }

  static async open(port: number): Promise<Wire> {
    const socket = createConnection(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new Wire(socket);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Sends bytes that have no answer. */
  send(frame: Uint8Array): void {
    this.#socket.write(frame);
  }

  /** Sends a frame and gives what comes back next; after `patienceMs` of silence the connection is given up. */
  ask(frame: Uint8Array, patienceMs: number): Promise<Fate> {
    if (!this.#open) return Promise.resolve({ kind: 'closed' });
    return new Promise((resolve) => {
      const patience = setTimeout(() => {
        resolve({ kind: 'silent' });
        this.close();
      }, patienceMs);
      this.#waiting.push((fate) => {
        clearTimeout(patience);
        resolve(fate);
      });
      this.#socket.write(frame);
    });
  }

  close(): void {
    this.#open = false;
    this.#socket.destroy();
  }
}
