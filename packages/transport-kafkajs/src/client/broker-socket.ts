import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Frames } from './frames.ts';

/**
 * A socket as kafkajs should see it, with just the methods it uses.
 *
 * - An answer arrives whole or not at all. kafkajs keeps the half of an answer when a connection breaks, and reads the next
 *   connection from the middle of it.
 * - A connection that the broker ends is an error. For a plain end kafkajs replaces its seed broker by another one, and when
 *   that falls into a metadata request it writes the id of the first onto the second: that broker's partitions are then sent
 *   nowhere, `send` resolves, and the lock of an idempotent producer is never released.
 */
export class BrokerSocket extends EventEmitter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    const frames = new Frames();
    socket.on('data', (chunk) => {
      for (const frame of frames.push(chunk)) this.emit('data', frame);
    });
    socket.on('end', () => {
      if (!socket.writableEnded) socket.destroy(new Error('the broker closed the connection'));
    });
    socket.on('error', (error) => this.emit('error', error));
    socket.on('timeout', () => this.emit('timeout'));
  }

  write(data: Buffer, encoding: BufferEncoding): boolean {
    return this.#socket.write(data, encoding);
  }

  end(): void {
    this.#socket.end();
  }

  unref(): void {
    this.#socket.unref();
  }
}
