import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Session } from '../security/session.ts';
import { framed, reply, served, until } from '../testing/served.ts';
import { Connection, type Serve } from './connection.ts';

const MiB = 1024 * 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client that sends what `push` is given, and takes an answer each time it is told to, and never by itself. */
class Deaf extends Duplex {
  readonly #waiting: (() => void)[] = [];
  /** How many answers came with each write. */
  readonly writes: number[] = [];

  override _read(): void {
    // Requests come when the test pushes them.
  }

  override _writev(chunks: readonly unknown[], taken: () => void): void {
    this.writes.push(chunks.length);
    this.#waiting.push(taken);
  }

  override _write(_chunk: unknown, _encoding: string, taken: () => void): void {
    this.writes.push(1);
    this.#waiting.push(taken);
  }

  setNoDelay(): this {
    return this;
  }

  takeAnswer(): void {
    this.#waiting.shift()?.();
  }
}

function connect(client: Deaf, serve: Serve): Connection {
  const session = new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' });
  return new Connection({ nodeId: 1, socket: client as unknown as Socket, session, serve });
}

test('a client that does not read is answered no further than 16 MiB, and goes on where it was when it does', async () => {
  const client = new Deaf();
  let decided = 0;
  connect(client, () => {
    decided += 1;
    return reply(Buffer.alloc(MiB));
  });
  for (let request = 0; request < 60; request += 1) client.push(framed('more'));
  await turn();
  expect(decided).toBe(17);
  expect(client.writableLength).toBe(17 * MiB);
  for (let answers = 0; answers < 60; answers += 1) {
    client.takeAnswer();
    await turn();
  }
  expect(decided).toBe(60);
  client.destroy();
});

test('answers that are there at once are written at once, and do not wait for one that is not', async () => {
  const client = new Deaf();
  connect(client, async (frame) => {
    if (String(frame) === 'slow') await new Promise(() => undefined);
    return reply(frame);
  });
  client.push(Buffer.concat(['a', 'b', 'c', 'slow', 'd'].map(framed)));
  await turn();
  expect(client.writes).toEqual([3]);
  client.destroy();
});

test('a client that goes away without having read frees what waited for it', async () => {
  const client = new Deaf();
  const connection = connect(client, () => reply(Buffer.alloc(20 * MiB)));
  client.push(framed('a'));
  client.push(framed('b'));
  await turn();
  client.destroy();
  await connection.gone;
  expect(connection.open).toBe(false);
});

test('of what a client pipelines no more than 8 MiB and a frame are read ahead, and all of it is answered', async () => {
  let release = (): void => undefined;
  let connection: Connection | undefined;
  await using server = await served((frame, from) => {
    if (connection) return reply(frame.subarray(0, 3));
    connection = from;
    return new Promise((resolve) => {
      release = () => resolve(reply(frame.subarray(0, 3)));
    });
  });
  const frames = Array.from({ length: 60 }, (_, at) => Buffer.alloc(MiB, `${String(at).padStart(2, '0')};`));
  for (const frame of frames) server.socket.write(framed(frame));
  await until(() => (connection?.queuedBytes ?? 0) > 8 * MiB);
  for (let turns = 0; turns < 50; turns += 1) await turn();
  expect(connection?.queuedBytes).toBe(9 * MiB);
  release();
  let text = '';
  for await (const chunk of server.socket) {
    text += String(chunk);
    if (text.length === 3 * frames.length) break;
  }
  expect(text).toBe(frames.map((frame) => frame.subarray(0, 3).toString()).join(''));
});

test('a frame of more than 100 MiB is not waited for: its announcement ends the connection', async () => {
  await using server = await served(() => reply('never'));
  const size = Buffer.alloc(4);
  size.writeInt32BE(100 * MiB + 1);
  server.socket.on('error', () => undefined);
  server.socket.write(size);
  await once(server.socket, 'close');
  expect(server.seen).toEqual([true, false]);
});

test('a frame may come byte by byte', async () => {
  await using server = await served((frame) => reply(frame));
  server.socket.setNoDelay(true);
  for (const byte of Buffer.concat([framed('one'), framed('two')])) {
    server.socket.write(Buffer.of(byte));
    await turn();
  }
  let text = '';
  for await (const chunk of server.socket) {
    text += String(chunk);
    if (text.length === 6) break;
  }
  expect(text).toBe('onetwo');
});

test('a closed listener has closed its connections', async () => {
  await using server = await served(() => reply('here'));
  const gone = once(server.socket, 'close');
  server.socket.on('error', () => undefined).resume();
  server.socket.write(framed('who is there?'));
  await once(server.socket, 'data');
  await server.listener.close(false);
  expect(server.seen).toEqual([true, false]);
  await gone;
});
