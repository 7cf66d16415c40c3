import { connect, type Socket } from 'node:net';

/** A connection whose every byte is the test's own. */
export class RawSocket implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #received = '';

  constructor(url: string) {
    this.#socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
    });
    // A reset is one of the ways in which a server ends a hostile connection.
    this.#socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  write(text: string | Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(text);
  }

  /** What came until the server closed the connection. */
  async untilClosed(): Promise<string> {
    await this.#closed;
    return this.#received;
  }

  /** Resolves when something matched has come. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) await new Promise((resolve) => this.#socket.once('data', resolve));
    return this.#received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }
}

/** The head of a POST of events. */
export function eventsHead(...headers: readonly string[]): string {
  const lines = ['POST /v1/events?k=pub_shop HTTP/1.1', 'host: x', 'content-type: text/plain', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
