import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { MockBrokerError } from '../errors.ts';
import { Session } from '../security/session.ts';
import type { Outcome } from './connection.ts';
import { Listener } from './listener.ts';

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.byteLength);
  return Buffer.concat([size, body]);
}

const reply = (text: string): Outcome => ({ kind: 'reply', parts: [Buffer.from(`${text};`)] });

/** A listener that serves text, and a client connected to it. */
async function serving(serve: (text: string) => Outcome | Promise<Outcome>) {
  const seen: boolean[] = [];
  const listener = new Listener({
    nodeId: 1,
    host: '127.0.0.1',
    serve: (frame) => serve(Buffer.from(frame).toString()),
    greet: () => new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' }),
    onConnection: (_connection, open) => seen.push(open),
  });
  const port = await listener.open(0);
  const socket = createConnection(port, '127.0.0.1');
  await once(socket, 'connect');
  return { socket, seen, port, [Symbol.asyncDispose]: () => listener.close(true) };
}

/** What arrives until the connection ends or `enough` has come. */
async function received(socket: Socket, enough?: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (enough !== undefined && text.endsWith(enough)) break;
  }
  return text;
}

test('answers come in order, even when the first takes longest', async () => {
  let release: (() => void) | undefined;
  await using server = await serving((text) => {
    if (text !== 'slow') return reply(text);
    return new Promise((resolve) => {
      release = () => resolve(reply(text));
    });
  });
  server.socket.write(Buffer.concat([framed('slow'), framed('a'), framed('b')]));
  const all = received(server.socket, 'b;');
  while (!release) await new Promise(setImmediate);
  release();
  expect(await all).toBe('slow;a;b;');
});

test('a request is not looked at before the one ahead of it is decided', async () => {
  const order: string[] = [];
  await using server = await serving(async (text) => {
    order.push(`begin ${text}`);
    await new Promise(setImmediate);
    order.push(`end ${text}`);
    return reply(text);
  });
  server.socket.write(Buffer.concat([framed('a'), framed('b')]));
  await received(server.socket, 'b;');
  expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b']);
});

test('a silent request keeps its place', async () => {
  await using server = await serving((text) => (text === 'mute' ? { kind: 'silent' } : reply(text)));
  server.socket.write(Buffer.concat([framed('a'), framed('mute'), framed('b')]));
  expect(await received(server.socket, 'b;')).toBe('a;b;');
});

test('close ends the connection, and nothing behind it is served', async () => {
  const served: string[] = [];
  await using server = await serving((text) => {
    served.push(text);
    return { kind: 'close' };
  });
  server.socket.write(Buffer.concat([framed('a'), framed('b')]));
  server.socket.on('error', () => undefined);
  await once(server.socket, 'close');
  expect(served).toEqual(['a']);
  expect(server.seen).toEqual([true, false]);
});

test('bytes that announce an absurd frame end the connection', async () => {
  await using server = await serving(reply);
  server.socket.on('error', () => undefined);
  server.socket.write('GET / HTTP/1.1\r\n\r\n');
  await once(server.socket, 'close');
  expect(server.seen).toEqual([true, false]);
});

test('a port that is taken is said plainly', async () => {
  await using first = await startMockBroker();
  const { port } = first.nodes[0]!;
  const second = startMockBroker({ port });
  await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is already in use`);
  await expect(second).rejects.toBeInstanceOf(MockBrokerError);
  await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE', facts: { port } });
});
