import { describe, expect, test } from 'vitest';
import { createCollector } from './index.ts';
import { batch, collectorOnMemory, eventsRequest, origin, shop, tracked } from './testing/shop.ts';

const url = 'http://collector.test/v1/events?k=pub_shop';
const cors = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('a page of a listed origin', () => {
  test('may read every answer, by its own name and without credentials', async () => {
    const { collector } = collectorOnMemory();
    const answers = [
      await collector.fetch(eventsRequest(batch(tracked('a')))),
      await collector.fetch(eventsRequest('{')),
      await collector.fetch(eventsRequest(batch(), { url: 'http://collector.test/v1/events?k=other' })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 401]);
    for (const answer of answers) {
      expect(cors(answer)).toEqual({
        vary: 'origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'eventstream-durable, retry-after',
      });
    }
  });

  test('may ask first, for a POST with a content type and for nothing else', async () => {
    const { collector } = collectorOnMemory();
    const ask = (headers: Record<string, string>) =>
      collector.fetch(new Request(url, { method: 'OPTIONS', headers: { origin, ...headers } }));
    const post = { 'access-control-request-method': 'POST' };
    const allowed = await ask({ ...post, 'access-control-request-headers': 'Content-Type' });
    expect(allowed.status).toBe(204);
    expect(cors(allowed)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    });
    expect(cors(allowed)).not.toHaveProperty('access-control-allow-credentials');
    const refused = [
      await ask({ 'access-control-request-method': 'DELETE' }),
      await ask({ ...post, 'access-control-request-headers': 'content-type,authorization' }),
      await ask({}),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
  });
});

test('a page of another origin may neither send, ask nor read', async () => {
  const { collector } = collectorOnMemory();
  const headers = { 'content-type': 'text/plain', origin: 'https://shop.example.evil.example' };
  const sent = await collector.fetch(eventsRequest(batch(tracked('a')), { headers }));
  const asked = await collector.fetch(
    new Request(url, { method: 'OPTIONS', headers: { ...headers, 'access-control-request-method': 'POST' } }),
  );
  expect([sent.status, asked.status]).toEqual([403, 403]);
  expect([cors(sent), cors(asked)]).toEqual([{ vary: 'origin' }, { vary: 'origin' }]);
});

test.each(['*', 'null', 'https://shop.example/', 'https://Shop.example', 'shop.example', 'https://shop.example:443'])(
  'an origin that no browser would send is refused at the start: %s',
  (wrong) => {
    const { transport } = collectorOnMemory();
    const make = () => createCollector({ catalog: shop, transport, writeKeys: { pub_secret: { origins: [wrong] } } });
    expect(make).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.not.stringContaining('secret') }),
    );
  },
);

test('options that cannot work are refused at the start', () => {
  const make = (options: object) => () => collectorOnMemory(options);
  expect(make({ writeKeys: {} })).toThrow(/writeKeys/);
  expect(make({ path: 'v1' })).toThrow(/path/);
  expect(make({ limits: { events: 0 } })).toThrow(/limits.events/);
  expect(make({ limits: { eventBytes: 'many' } })).toThrow(/limits.eventBytes/);
});
