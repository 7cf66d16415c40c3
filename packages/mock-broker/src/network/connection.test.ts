import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { MockBrokerError } from '../errors.ts';
import { framed, reply, served, until } from '../testing/served.ts';
import type { Outcome } from './connection.ts';

const answer = (text: string): Outcome => reply(`${text};`);

/** A listener that serves text, and a client connected to it. */
function serving(serve: (text: string) => Outcome | Promise<Outcome>) {
  return served((frame) => serve(Buffer.from(frame).toString()));
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
    if (text !== 'slow') return answer(text);
    return new Promise((resolve) => {
      release = () => resolve(answer(text));
    });
  });
  server.socket.write(Buffer.concat([framed('slow'), framed('a'), framed('b')]));
  const all = received(server.socket, 'b;');
  await until(() => release !== undefined);
  release?.();
  expect(await all).toBe('slow;a;b;');
});

test('a request is not looked at before the one ahead of it is decided', async () => {
  const order: string[] = [];
  await using server = await serving(async (text) => {
    order.push(`begin ${text}`);
    await new Promise(setImmediate);
    order.push(`end ${text}`);
    return answer(text);
  });
  server.socket.write(Buffer.concat([framed('a'), framed('b')]));
  await received(server.socket, 'b;');
  expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b']);
});

test('a silent request keeps its place', async () => {
  await using server = await serving((text) => (text === 'mute' ? { kind: 'silent' } : answer(text)));
  server.socket.write(Buffer.concat([framed('a'), framed('mute'), framed('b')]));
  expect(await received(server.socket, 'b;')).toBe('a;b;');
});

test('close ends the connection, and nothing behind it is served', async () => {
  const decided: string[] = [];
  await using server = await serving((text) => {
    decided.push(text);
    return { kind: 'close' };
  });
  server.socket.write(Buffer.concat([framed('a'), framed('b')]));
  server.socket.on('error', () => undefined);
  await once(server.socket, 'close');
  expect(decided).toEqual(['a']);
  expect(server.seen).toEqual([true, false]);
});

test('what was answered before the end is still sent', async () => {
  await using server = await serving((text) => (text === 'end' ? { kind: 'close' } : answer(text)));
  server.socket.write(Buffer.concat([framed('a'), framed('b'), framed('end')]));
  expect(await received(server.socket)).toBe('a;b;');
});

test('bytes that announce an absurd frame end the connection', async () => {
  await using server = await serving(answer);
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
