import { describe, expect, test } from 'vitest';
import { batch, collectorOnMemory, eventsRequest, origin, refusalOf, resultsOf, tracked } from './testing/shop.ts';

const url = 'http://collector.test/v1/events';
const plain = { 'content-type': 'text/plain' };
const good = batch(tracked('id-1'));
const latin1 = new Uint8Array([...Buffer.from('{"sentAt":1,"events":[],"x":"'), 0xe9, ...Buffer.from('"}')]);

function streamed(chunks: number): ReadableStream<Uint8Array> {
  let left = chunks;
  return new ReadableStream({
    pull(controller) {
      left -= 1;
      if (left < 0) controller.close();
      else controller.enqueue(new Uint8Array(1_024).fill(0x20));
    },
  });
}

describe('a request is refused as a whole', () => {
  test.each<[string, Request, number, object]>([
    ['broken JSON', eventsRequest('{"sentAt":1,"events":[}'), 400, { code: 'broken-json' }],
    ['a trailing comma', eventsRequest('{"sentAt":1,"events":[{"id":"a"},]}'), 400, { code: 'broken-json' }],
    ['no body', eventsRequest(''), 400, { code: 'wrong-shape' }],
    ['an array', eventsRequest('[]'), 400, { code: 'wrong-shape' }],
    [
      'no events',
      eventsRequest('{"sentAt":1}'),
      400,
      { code: 'wrong-shape', message: expect.stringContaining('"events"') },
    ],
    ['events that are no array', eventsRequest('{"sentAt":1,"events":{}}'), 400, { code: 'wrong-shape' }],
    ['no time of sending', eventsRequest('{"events":[]}'), 400, { code: 'wrong-shape' }],
    ['a time of sending beyond numbers', eventsRequest('{"sentAt":1e999,"events":[]}'), 400, { code: 'wrong-shape' }],
    ['events given twice', eventsRequest('{"sentAt":1,"events":[],"events":[]}'), 400, { code: 'wrong-shape' }],
    ['an event that is no object', eventsRequest('{"sentAt":1,"events":[7]}'), 400, { code: 'wrong-shape' }],
    [
      'an event without id',
      eventsRequest(batch({})),
      400,
      { code: 'wrong-shape', message: expect.stringContaining('events[0].id') },
    ],
    ['an id that is no id', eventsRequest(batch(tracked('a b'))), 400, { code: 'wrong-shape' }],
    ['an id that is a prototype', eventsRequest(batch(tracked('__proto__'))), 400, { code: 'wrong-shape' }],
    ['bytes that are not UTF-8', eventsRequest(latin1), 400, { code: 'invalid-utf8' }],
    ['a byte order mark', eventsRequest(`\uFEFF${JSON.stringify(good)}`), 400, { code: 'wrong-shape' }],
    [
      'depth outside the events',
      eventsRequest(`{"x":${'['.repeat(5_000)}${']'.repeat(5_000)},"sentAt":1,"events":[]}`),
      400,
      { code: 'too-deep', limit: 32, actual: 5_000 },
    ],
    ['no write key', eventsRequest(good, { url }), 401, { code: 'write-key-unknown' }],
    ['an unknown write key', eventsRequest(good, { url: `${url}?k=pub_other` }), 401, { code: 'write-key-unknown' }],
    [
      'a foreign origin',
      eventsRequest(good, { headers: { ...plain, origin: 'https://evil.example' } }),
      403,
      { code: 'origin-foreign' },
    ],
    [
      'the origin null',
      eventsRequest(good, { headers: { ...plain, origin: 'null' } }),
      403,
      { code: 'origin-foreign' },
    ],
    ['an origin of another key', eventsRequest(good, { url: `${url}?k=pub_closed` }), 403, { code: 'origin-foreign' }],
    [
      'no origin where one is needed',
      eventsRequest(good, { url: `${url}?k=pub_closed`, headers: plain }),
      403,
      { code: 'origin-foreign' },
    ],
    ['another path', eventsRequest(good, { url: 'http://collector.test/v1/event' }), 404, { code: 'not-found' }],
    ['another method', new Request(`${url}?k=pub_shop`), 405, { code: 'method-not-allowed' }],
    [
      'too many bytes',
      eventsRequest(' '.repeat(512 * 1024 + 1)),
      413,
      { code: 'request-too-large', limit: 524_288, actual: expect.any(Number) },
    ],
    [
      'too many events',
      eventsRequest(batch(...Array.from({ length: 501 }, (_, index) => tracked(`${index}`)))),
      413,
      { code: 'too-many-events', limit: 500, actual: 501 },
    ],
    [
      'a flood of commas',
      eventsRequest(`{"sentAt":1,"events":[${','.repeat(400_000)}]}`),
      413,
      { code: 'too-many-events', actual: 400_001 },
    ],
    [
      'a long URL',
      eventsRequest(good, { url: `${url}?k=pub_shop&x=${'x'.repeat(9_000)}` }),
      414,
      { code: 'url-too-long', limit: 8_192 },
    ],
    [
      'a form',
      eventsRequest(good, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      415,
      { code: 'content-type-unsupported' },
    ],
    [
      'another charset',
      eventsRequest(good, { headers: { 'content-type': 'text/plain; charset=latin1' } }),
      415,
      { code: 'content-type-unsupported' },
    ],
    [
      'compression',
      eventsRequest(good, { headers: { ...plain, 'content-encoding': 'gzip' } }),
      415,
      { code: 'content-type-unsupported' },
    ],
  ])('for %s', async (_name, request, status, error) => {
    const { cluster, collector } = collectorOnMemory();
    const response = await collector.fetch(request);
    expect(response.status).toBe(status);
    expect(await refusalOf(response)).toMatchObject(error);
    expect(cluster.records('shop.carts')).toEqual([]);
  });

  test('as soon as a stream is over the limit, however long it would go on', async () => {
    const { collector } = collectorOnMemory({ limits: { requestBytes: '8 KiB' } });
    const request = eventsRequest('', { body: streamed(Number.POSITIVE_INFINITY), duplex: 'half' } as RequestInit);
    const response = await collector.fetch(request);
    expect(response.status).toBe(413);
    expect(await refusalOf(response)).toMatchObject({ limit: 8_192, actual: 9_216 });
  });

  test('when all bodies in flight together are over their bound, and not once they are answered', async () => {
    const { cluster, collector } = collectorOnMemory({ limits: { inFlightBytes: '1 KiB' } });
    const release = cluster.holdAppends();
    const first = collector.fetch(eventsRequest(batch(tracked('a', { data: { sku: 'x'.repeat(600) } }))));
    const second = await collector.fetch(eventsRequest(batch(tracked('b', { data: { sku: 'x'.repeat(600) } }))));
    expect(second.status).toBe(503);
    expect(await refusalOf(second)).toMatchObject({ code: 'overloaded', limit: 1_024 });
    release();
    expect((await first).status).toBe(200);
    expect((await collector.fetch(eventsRequest(batch(tracked('b'))))).status).toBe(200);
  });
});

test('what is not refused: JSON by name, no origin, other members, no events at all', async () => {
  const { collector } = collectorOnMemory();
  const json = eventsRequest(good, { headers: { 'content-type': 'application/json; charset="utf-8"' } });
  expect(await resultsOf(await collector.fetch(json))).toEqual({ 'id-1': { r: 'ok' } });
  const more = eventsRequest({ library: { name: 'x' }, ...batch(tracked('id-2', { future: [] })) });
  expect(await resultsOf(await collector.fetch(more))).toEqual({ 'id-2': { r: 'ok' } });
  const none = await collector.fetch(eventsRequest(' { "events" : [ ] , "sentAt" : 1 } '));
  expect([none.status, await resultsOf(none)]).toEqual([200, {}]);
});

test('a collector that is closing says so and takes nothing', async () => {
  const { cluster, collector } = collectorOnMemory();
  await collector.fetch(eventsRequest(good));
  expect(await collector.close()).toMatchObject({ sent: 1, unsentCount: 0 });
  const response = await collector.fetch(eventsRequest(batch(tracked('late'))));
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).not.toBeNull();
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(await refusalOf(response)).toMatchObject({ code: 'closing' });
  expect(cluster.records('shop.carts')).toHaveLength(1);
});
