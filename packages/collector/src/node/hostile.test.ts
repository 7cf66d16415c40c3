import { describe, expect, test } from 'vitest';
import { eventsHead, RawSocket } from '../testing/raw-socket.ts';
import { batch, collectorOnMemory, tracked } from '../testing/shop.ts';
import { type ServeOptions, serve } from './index.ts';

async function attacked(options: Partial<ServeOptions> = {}) {
  const { cluster, collector } = collectorOnMemory();
  const server = await serve(collector, { port: 0, ...options });
  return {
    cluster,
    server,
    socket: () => new RawSocket(server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const body = JSON.stringify(batch(tracked('a')));

describe('lengths that lie', () => {
  test('a declared length over the limit is refused before a byte of the body came', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    socket.write(eventsHead('content-length: 999999999'));
    const answer = await socket.untilClosed();
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"limit":524288,"actual":999999999');
    expect(answer).toMatch(/connection: close/i);
  });

  test('a body that ends too early is not taken', async () => {
    await using target = await attacked();
    const socket = target.socket();
    socket.write(`${eventsHead(`content-length: ${body.length + 10}`)}${body}`);
    await socket[Symbol.asyncDispose]();
    expect((await fetch(`${target.server.url}/livez`)).status).toBe(200);
    expect(target.cluster.records('shop.carts')).toEqual([]);
  });

  test('a body longer than declared ends the connection after its answer', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    socket.write(`${eventsHead(`content-length: ${body.length}`)}${body}\u0000garbage\r\n\r\n`);
    const answer = await socket.untilClosed();
    expect(answer).toMatch(/HTTP\/1.1 400 /);
  });

  test('chunks without end are cut at the limit', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    socket.write(eventsHead('transfer-encoding: chunked'));
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    for (let sent = 0; sent < 40; sent += 1) socket.write(chunk);
    expect(await socket.untilClosed()).toMatch(/^HTTP\/1.1 413 .*"limit":524288/s);
  });

  test('two lengths, or a length and chunks, are refused: the proxy in front might read the other one', async () => {
    await using target = await attacked();
    for (const lie of [
      ['content-length: 1', 'content-length: 2'],
      ['content-length: 5', 'transfer-encoding: chunked'],
    ]) {
      await using socket = target.socket();
      socket.write(`${eventsHead(...lie)}0\r\n\r\n`);
      expect(await socket.untilClosed()).toMatch(/^HTTP\/1.1 400 /);
    }
    expect(target.cluster.records('shop.carts')).toEqual([]);
  });
});

describe('slowness', () => {
  test('a head that does not end is given up, and one that does not begin', async () => {
    await using target = await attacked({ headersTimeout: 200, requestTimeout: 400 });
    await using slow = target.socket();
    await using silent = target.socket();
    slow.write('POST /v1/events?k=pub_shop HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expect(await slow.untilClosed()).toMatch(/^HTTP\/1.1 408 /);
    await silent.untilClosed();
  });

  test('a body that does not end is given up', async () => {
    await using target = await attacked({ headersTimeout: 200, requestTimeout: 400 });
    await using socket = target.socket();
    socket.write(`${eventsHead('content-length: 100')}{"sentAt"`);
    await socket.untilClosed();
    expect(target.cluster.records('shop.carts')).toEqual([]);
  });

  test('a body in many small pieces is taken when it ends in time', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    socket.write(eventsHead(`content-length: ${body.length}`, 'connection: close'));
    for (const character of body) socket.write(character);
    expect(await socket.untilClosed()).toMatch(/^HTTP\/1.1 200 .*\{"results":\{"a":\{"r":"ok"\}\}\}$/s);
  });

  test('closing waits for a slow body no longer than it was given, and says what it cut', async () => {
    const target = await attacked();
    await using socket = target.socket();
    socket.write(`${eventsHead('content-length: 100', 'expect: 100-continue')}`);
    await socket.until(/100 Continue/);
    expect(await target.server.close({ timeoutMs: 100 })).toMatchObject({ cut: 1 });
    await socket.untilClosed();
  });
});

describe('heads', () => {
  test('huge headers are refused', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    socket.write(eventsHead(`x-huge: ${'x'.repeat(20_000)}`));
    expect(await socket.untilClosed()).toMatch(/^HTTP\/1.1 431 /);
  });

  test.each([
    'GET * HTTP/1.1',
    'GET //\\ HTTP/1.1',
    'GET http://other/v1/events?k=pub_shop HTTP/1.1',
    'GET /%ff?k=%ff HTTP/1.1',
  ])("a target that is none of ours is 404, or the fallback's: %s", async (line) => {
    await using plain = await attacked();
    await using one = plain.socket();
    one.write(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(await one.untilClosed()).toMatch(/^HTTP\/1.1 404 /);
    await using withFallback = await attacked({ fallback: () => new Response('page') });
    await using other = withFallback.socket();
    other.write(`${line}\r\nhost: [\r\nconnection: close\r\n\r\n`);
    expect(await other.untilClosed()).toMatch(/^HTTP\/1.1 (200|400) /);
  });

  test('requests in one packet are answered in order', async () => {
    await using target = await attacked();
    await using socket = target.socket();
    const request = `${eventsHead(`content-length: ${body.length}`)}${body}`;
    socket.write(
      `${request}${request.replace('"a"', '"b"')}GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    const answer = await socket.untilClosed();
    expect([...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '404']);
    expect(target.cluster.records('shop.carts')).toHaveLength(2);
  });
});
