import { EventstreamError, type Transport } from '@eventstream/core';
import { describe, expect, test } from 'vitest';
import { batch, collectorOnMemory, eventsRequest, resultsOf, tracked } from './testing/shop.ts';

const get = (path: string, method = 'GET') => new Request(`http://collector.test${path}`, { method });

/** The transport of a broker that does not answer until told. */
function away(transport: Transport): { readonly transport: Transport; back(): void } {
  let isAway = true;
  const reach = transport.connect.bind(transport);
  transport.connect = async (options) => {
    if (!isAway) return reach(options);
    const facts = { brokers: ['10.0.0.1:9092'] };
    throw new EventstreamError('transport-unreachable', { message: 'No broker answers at 10.0.0.1:9092.', facts });
  };
  return {
    transport,
    back() {
      isAway = false;
    },
  };
}

describe('a collector whose broker is away at the start', () => {
  test('lives, is not ready and says why, answers retry, and takes events once the broker is there', async () => {
    const broker = away(collectorOnMemory().transport);
    const { clock, collector } = collectorOnMemory({ transport: broker.transport });
    expect((await collector.fetch(get('/livez'))).status).toBe(200);
    const notReady = await collector.fetch(get('/readyz'));
    expect([notReady.status, await notReady.text()]).toEqual([503, '{"ready":false,"reason":"transport-unreachable"}']);
    const refused = await collector.fetch(eventsRequest(batch(tracked('a'))));
    expect([refused.status, await resultsOf(refused)]).toEqual([
      503,
      { a: { r: 'retry', reason: 'transport-unreachable' } },
    ]);
    broker.back();
    expect((await collector.fetch(eventsRequest(batch(tracked('a'))))).status).toBe(200);
    expect(await (await collector.fetch(get('/readyz'))).json()).toEqual({ ready: true });
    expect(clock.pending).toBe(0);
  });
});

test("readiness ends with an event that failed for the brokers' sake, and comes back with one that did not, or in time", async () => {
  const { cluster, clock, collector } = collectorOnMemory();
  const facts = { topic: 'shop.carts', partition: 0, timeoutMs: 1 };
  let sent = 0;
  const send = async (fails: boolean) => {
    sent += 1;
    cluster.refuseAppends(
      fails ? () => new EventstreamError('delivery-timeout', { message: 'late', facts }) : undefined,
    );
    await collector.fetch(eventsRequest(batch(tracked(`id-${sent}`))));
    return collector.readiness();
  };
  expect(await send(true)).toEqual({ ready: false, reason: 'delivery-timeout' });
  expect(await send(false)).toEqual({ ready: true });
  expect(await send(true)).toMatchObject({ ready: false });
  await clock.advance(10_000);
  expect(await collector.readiness()).toEqual({ ready: true });
});

test("readiness is not touched by what is the event's own fault, and ends with drain", async () => {
  const { collector } = collectorOnMemory();
  await collector.fetch(eventsRequest(batch(tracked('a', { data: {} }))));
  expect(await collector.readiness()).toEqual({ ready: true });
  collector.drain();
  expect(await collector.readiness()).toEqual({ ready: false, reason: 'closing' });
});

test('health answers HEAD without a body and nothing but GET and HEAD', async () => {
  const { collector } = collectorOnMemory();
  const head = await collector.fetch(get('/readyz', 'HEAD'));
  expect([head.status, await head.text()]).toEqual([200, '']);
  const post = await collector.fetch(get('/livez', 'POST'));
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
