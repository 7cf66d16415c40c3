import { decodeRecord } from '@eventstream/contracts';
import { EventstreamError } from '@eventstream/core';
import { createMemoryCluster } from '@eventstream/core/testing';
import { createProducer } from '@eventstream/producer';
import { describe, expect, test } from 'vitest';
import { createCollector } from './index.ts';
import { batch, collectorOnMemory, eventsRequest, resultsOf, shop, tracked, writeKeys } from './testing/shop.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const text = (bytes: Uint8Array | null | undefined) => (bytes ? new TextDecoder().decode(bytes) : bytes);

describe('a tracked event', () => {
  test('is answered ok once it is a CloudEvent on its topic, keyed by its visitor', async () => {
    const { cluster, clock, collector } = collectorOnMemory();
    const event = tracked('id-1', { page: 'https://shop.example/lamps', traceparent });
    const response = await collector.fetch(eventsRequest(batch(event)));
    expect(response.status).toBe(200);
    expect(response.headers.get('eventstream-durable')).toBe('memory');
    expect(await response.json()).toEqual({ results: { 'id-1': { r: 'ok' } } });
    const [record] = cluster.records('shop.carts');
    expect(text(record?.key)).toBe('visitor-1');
    expect(decodeRecord(record as NonNullable<typeof record>)).toEqual({
      id: 'id-1',
      source: 'web',
      type: 'shop.cart.changed',
      time: clock.now(),
      subject: 'visitor-1',
      dataschema: 'urn:eventstream:shop.cart.changed:1',
      trace: { traceparent },
      data: { sku: 'A1', quantity: 1 },
    });
    const headers = new Map(record?.headers.map(([name, value]) => [name, text(value)]));
    expect(headers.get('es-session')).toBe('session-1');
    expect(headers.get('es-page')).toBe('https://shop.example/lamps');
    expect(headers.get('es-received-at')).toBe(String(clock.now()));
  });

  test("keeps its place: a visitor's events are in the log in the order of the requests", async () => {
    const { cluster, collector } = collectorOnMemory();
    const ids = (from: number) => Array.from({ length: 50 }, (_, index) => tracked(`id-${from + index}`));
    await Promise.all([0, 50, 100].map((from) => collector.fetch(eventsRequest(batch(...ids(from))))));
    const stored = cluster.records('shop.carts').map((record) => decodeRecord(record).id);
    expect(stored).toEqual(Array.from({ length: 150 }, (_, index) => `id-${index}`));
  });

  test('with a broken traceparent loses its trace and nothing else', async () => {
    const { cluster, collector } = collectorOnMemory();
    const zero = traceparent.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32));
    const events = ['nonsense', zero, traceparent.toUpperCase(), 7].map((broken, index) =>
      tracked(`id-${index}`, { traceparent: broken }),
    );
    await collector.fetch(eventsRequest(batch(...events)));
    expect(cluster.records('shop.carts').map((record) => decodeRecord(record).trace)).toEqual([{}, {}, {}, {}]);
  });

  test.each([
    ['of a clock that is right', 0, 5_000, -5_000],
    ['of a clock an hour ahead', 3_600_000, 5_000, -5_000],
    ['of a clock a day behind', -86_400_000, 5_000, -5_000],
    ['from the future of its own sending', 0, -60_000, 0],
    ['of another age', 0, 40 * 86_400_000, -30 * 86_400_000],
  ])('%s happened when it happened by our clock', async (_name, skew, age, expected) => {
    const { cluster, clock, collector } = collectorOnMemory();
    const sentAt = clock.now() + skew;
    await collector.fetch(eventsRequest({ sentAt, events: [tracked('id-1', { time: sentAt - age })] }));
    const [record] = cluster.records('shop.carts');
    expect(decodeRecord(record as NonNullable<typeof record>).time - clock.now()).toBe(expected);
  });
});

describe('each event has a result of its own', () => {
  test('the good are stored, the bad are told why, by id', async () => {
    const { cluster, collector } = collectorOnMemory({ limits: { eventBytes: 2_000, depth: 4, keys: 5 } });
    const deep = { more: { a: { b: { c: { d: 1 } } } } };
    const response = await collector.fetch(
      eventsRequest(
        `{"sentAt":1750000000000,"events":[${[
          tracked('good'),
          tracked('wrong', { data: { sku: 5, quantity: 1.5 } }),
          tracked('unknown', { type: 'shop.moon.landed' }),
          tracked('huge', { data: { sku: 'x'.repeat(2_000) } }),
          tracked('deep', { data: { sku: 'A1', ...deep } }),
          tracked('flood', { data: { sku: 'A1', more: { a: 1, b: 2, c: 3, d: 4 } } }),
          tracked('nobody', { visitor: 'a\nb', session: undefined }),
          tracked('no-data', { data: undefined }),
        ]
          .map((event) => JSON.stringify(event))
          .join()},${JSON.stringify(tracked('proto')).replace('"sku"', '"__proto__":{"x":1},"sku"')}, ${JSON.stringify(
          tracked('constructor', { data: { sku: 'A1', more: { constructor: { prototype: {} } } } }),
        )},${JSON.stringify(tracked('last'))}]}`,
      ),
    );
    expect(response.status).toBe(200);
    const results = await resultsOf(response);
    expect(results).toMatchObject({
      good: { r: 'ok' },
      wrong: {
        r: 'rejected',
        reason: 'event-invalid',
        detail: [{ path: 'data.sku' }, { path: 'data.quantity' }],
      },
      unknown: { r: 'rejected', reason: 'event-unknown' },
      huge: {
        r: 'rejected',
        reason: 'event-too-large',
        detail: [{ message: expect.stringMatching(/2\d{3} bytes.*2000/) }],
      },
      deep: { r: 'rejected', reason: 'too-deep', detail: [{ message: 'has 5 levels; the limit is 4' }] },
      flood: { r: 'rejected', reason: 'too-many-keys', detail: [{ message: 'has 6 keys; the limit is 5' }] },
      nobody: { r: 'rejected', reason: 'malformed', detail: [{ path: 'visitor' }, { path: 'session' }] },
      'no-data': { r: 'rejected', reason: 'malformed', detail: [{ path: 'data' }] },
      proto: { r: 'rejected', reason: 'forbidden-key' },
      constructor: { r: 'rejected', reason: 'forbidden-key' },
      last: { r: 'ok' },
    });
    expect(cluster.records('shop.carts').map((record) => decodeRecord(record).id)).toEqual(['good', 'last']);
  });

  test('an id that comes twice is one event', async () => {
    const { cluster, collector } = collectorOnMemory();
    const response = await collector.fetch(eventsRequest(batch(tracked('same'), tracked('same'))));
    expect(await resultsOf(response)).toEqual({ same: { r: 'ok' } });
    expect(cluster.records('shop.carts')).toHaveLength(1);
  });

  test('nothing of a payload, however long, comes back beyond places and bounded messages', async () => {
    const { collector } = collectorOnMemory();
    const data = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'canary-4711']));
    const response = await collector.fetch(
      eventsRequest(batch(tracked('id', { data: { sku: ['canary-4711'], more: data } }))),
    );
    expect(await response.text()).not.toContain('canary');
  });
});

describe('when the brokers cannot', () => {
  const refuse = (code: 'delivery-failed' | 'topic-missing') =>
    code === 'topic-missing'
      ? new EventstreamError(code, { message: 'gone', facts: { topic: 'shop.carts' } })
      : new EventstreamError(code, {
          message: 'no',
          facts: { topic: 'shop.carts', partition: 0, attempts: 5, kafkaCode: 'NOT_ENOUGH_REPLICAS' },
        });

  test.each(['delivery-failed', 'topic-missing'] as const)(
    'all of them, it says 503 and when to come back (%s)',
    async (code) => {
      const { cluster, collector } = collectorOnMemory({ random: () => 0.99 });
      cluster.refuseAppends(() => refuse(code));
      const response = await collector.fetch(eventsRequest(batch(tracked('a'), tracked('b'))));
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(response.headers.get('eventstream-durable')).toBeNull();
      expect(await resultsOf(response)).toEqual({ a: { r: 'retry', reason: code }, b: { r: 'retry', reason: code } });
    },
  );

  test('some of them, the others are ok all the same', async () => {
    const { cluster, collector } = collectorOnMemory();
    cluster.refuseAppends(({ topic }) => (topic === 'shop.pages' ? refuse('delivery-failed') : undefined));
    const seen = tracked('b', { type: 'shop.page.seen', data: { url: '/' } });
    const response = await collector.fetch(eventsRequest(batch(tracked('a'), seen)));
    expect(response.status).toBe(200);
    expect(await resultsOf(response)).toMatchObject({ a: { r: 'ok' }, b: { r: 'retry' } });
  });

  test('in time, the answer is retry and never ok', async () => {
    const { cluster, clock, collector } = collectorOnMemory({ answerTimeout: '2s' });
    const release = cluster.holdAppends();
    const answering = collector.fetch(eventsRequest(batch(tracked('slow'), tracked('bad', { type: 'no.such' }))));
    // The body arrives through a stream, whose turns are not those of the clock.
    await new Promise<void>((resolve) => {
      const look = () => (clock.pending > 0 ? resolve() : setImmediate(look));
      look();
    });
    await clock.advance(2_000);
    const response = await answering;
    expect(response.status).toBe(200);
    expect(await resultsOf(response)).toMatchObject({
      slow: { r: 'retry', reason: 'timeout' },
      bad: { r: 'rejected' },
    });
    release();
  });
});

test('a shared producer is used and stays open', async () => {
  const cluster = createMemoryCluster();
  await using producer = createProducer({ catalog: shop, source: 'shared', transport: cluster.transport() });
  const collector = createCollector({ catalog: shop, producer, writeKeys });
  await collector.fetch(eventsRequest(batch(tracked('a'))));
  expect(await collector.close()).toBeUndefined();
  await producer.send('shop.cart.changed', { sku: 'B2' });
  expect(cluster.records('shop.carts').map((record) => decodeRecord(record).source)).toEqual(['shared', 'shared']);
});

test('moments tell of requests and events, without payload or write key', async () => {
  const { collector } = collectorOnMemory();
  const seen: unknown[] = [];
  for (const name of ['collector.accepted', 'collector.refused', 'collector.request'] as const)
    collector.moments.on(name, (moment) => seen.push([name, moment]));
  const evil = tracked('evil', { type: 'x\n[31mcanary', data: { sku: 'canary' } });
  await collector.fetch(eventsRequest(batch(tracked('good', { data: { sku: 'canary' } }), evil, tracked('good'))));
  expect(seen).toMatchObject([
    ['collector.refused', { id: 'good', reason: 'duplicate' }],
    ['collector.refused', { id: 'evil', type: '(not a type name)', reason: 'event-unknown' }],
    ['collector.accepted', { id: 'good', type: 'shop.cart.changed', topic: 'shop.carts', offset: 0 }],
    ['collector.request', { status: 200, events: 3 }],
  ]);
  expect(JSON.stringify(seen)).not.toMatch(/canary|pub_shop/);
});
