import type { MomentHub } from '@eventstream/core';
import { expect, test } from 'vitest';
import { batch, collectorOnMemory, origin, resultsOf, tracked } from '../testing/shop.ts';
import { serve } from './index.ts';

const options = { port: 0 };

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'text/plain;charset=UTF-8', origin };
  return fetch(`${url}/v1/events?k=pub_shop`, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('answers over HTTP what the collector answers', async () => {
  const { cluster, collector } = collectorOnMemory();
  await using server = await serve(collector, options);
  const response = await post(server.url, batch(tracked('a')));
  expect(response.status).toBe(200);
  expect(response.headers.get('eventstream-durable')).toBe('memory');
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(await resultsOf(response)).toEqual({ a: { r: 'ok' } });
  expect(cluster.records('shop.carts')).toHaveLength(1);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
});

test('a taken port is a typed error that says what to do', async () => {
  const first = collectorOnMemory();
  await using server = await serve(first.collector, options);
  const port = Number(new URL(server.url).port);
  await expect(serve(collectorOnMemory().collector, { port })).rejects.toMatchObject({
    code: 'port-taken',
    facts: { host: '127.0.0.1', port },
    message: expect.stringMatching(/lsof .*choose another port/),
  });
});

test('close answers what is in flight, takes nothing new and closes the producer', async () => {
  let sending: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    sending = resolve;
  });
  const instrumentation = [{ attach: (hub: MomentHub) => void hub.on('producer.sending', sending) }];
  const { cluster, collector } = collectorOnMemory({ instrumentation });
  const server = await serve(collector, options);
  const release = cluster.holdAppends();
  const answering = post(server.url, batch(tracked('a')));
  await underWay;
  const closing = server.close({ timeoutMs: 5_000 });
  expect(await collector.readiness()).toEqual({ ready: false, reason: 'closing' });
  release();
  const response = await answering;
  expect(response.headers.get('connection')).toBe('close');
  expect(await resultsOf(response)).toEqual({ a: { r: 'ok' } });
  expect(await closing).toEqual({ cut: 0, producer: { sent: 1, failed: 0, unsent: [], unsentCount: 0 } });
  expect(await server.close()).toBe(await closing);
  await expect(post(server.url, batch())).rejects.toThrow();
});

test('the fallback answers the rest of the origin', async () => {
  const { collector } = collectorOnMemory();
  const fallback = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/boom') throw new Error('boom');
    const body = `${request.method} ${pathname} ${await request.text()}`;
    return new Response(body, {
      status: 201,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    });
  };
  await using server = await serve(collector, { port: 0, fallback });
  const page = await fetch(`${server.url}/page`, { method: 'POST', body: 'hello' });
  expect([page.status, await page.text()]).toEqual([201, 'POST /page hello']);
  expect(page.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect((await fetch(`${server.url}/boom`)).status).toBe(500);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  expect((await post(server.url, batch(tracked('a')))).status).toBe(200);
});
