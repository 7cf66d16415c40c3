import { expect, test } from 'vitest';
import { sentNumbers, start, storedEvents } from './testing/start.ts';

test('an event is stored before track returns, and gone once the collector has it', async () => {
  const { browser, track } = start();
  const id = track('shop.cart.changed', { n: 1 });
  expect(storedEvents(browser)).toHaveLength(1);
  await browser.advance();
  expect(browser.collector.accepted).toEqual([id]);
  expect(storedEvents(browser)).toEqual([]);
});

test('the calls of one turn share a request, in their order', async () => {
  const { browser, track } = start();
  for (let n = 1; n <= 5; n += 1) track('shop.cart.changed', { n });
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1, 2, 3, 4, 5]]);
});

test('a request is what the collector expects: no preflight, no cookies, the key in the query', async () => {
  const { browser, track } = start(undefined, { writeKey: 'pub shop', on: { url: '/cart?step=2#pay' } });
  track('shop.cart.changed', { n: 1 });
  await browser.advance(5);
  const [request] = browser.collector.requests;
  expect(request).toMatchObject({ url: '/events?k=pub%20shop', keepalive: true, sentAt: browser.now - 5 });
  expect(request?.init).toMatchObject({ method: 'POST', credentials: 'omit' });
  // A string body and no header of ours: the browser says text/plain;charset=UTF-8.
  expect(request?.init.headers).toBeUndefined();
  expect(typeof request?.init.body).toBe('string');
  expect(request?.events[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
    type: 'shop.cart.changed',
    time: browser.now - 5,
    visitor: expect.stringMatching(/^[0-9a-f-]{36}$/),
    session: expect.stringMatching(/^[0-9a-f-]{36}$/),
    page: 'https://shop.example/cart?step=2',
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    data: { n: 1 },
  });
});

test('id, time and trace can be given', async () => {
  const { browser, track } = start();
  const given = { id: 'mine', time: 1, traceparent: '00-1-2-00' };
  expect(track('shop.cart.changed', { n: 1 }, given)).toBe('mine');
  await browser.advance();
  expect(browser.collector.requests[0]?.events[0]).toMatchObject(given);
});

test('cleanUrl sees each URL without its hash before it is stored', async () => {
  const { browser, track } = start(undefined, {
    on: { url: '/reset?token=secret#x' },
    cleanUrl: (url) => url.replace(/\?.*/, ''),
  });
  track('shop.cart.changed', {});
  expect([...browser.storage.data.values()].join()).not.toContain('secret');
  await browser.advance();
  expect(browser.collector.requests[0]?.events[0]?.page).toBe('https://shop.example/reset');
});

test('data that is no JSON is dropped with its reason and does not throw', async () => {
  const { browser, track, drops } = start();
  track('shop.cart.changed', { n: 1n });
  await browser.advance();
  expect(drops).toMatchObject([{ reason: 'not_serialisable', event: { data: { n: 1n } } }]);
  expect(await track.flush()).toEqual({ waiting: 0, dropped: 1 });
});

test('with memory storage nothing is written to the device', async () => {
  const { browser, track } = start(undefined, { storage: 'memory' });
  browser.collector.answer = () => ({ status: 503, headers: { 'retry-after': '60' } });
  track('shop.cart.changed', { n: 1 });
  await browser.advance();
  expect(browser.storage.data.size).toBe(0);
  expect(browser.storage.writes).toBe(0);
});

test('nothing is written while idle', async () => {
  const { browser, track } = start(undefined, { pageViews: 'shop.page.viewed' });
  track('shop.cart.changed', { n: 1 });
  await browser.advance(1_000);
  const { writes } = browser.storage;
  await browser.advance(24 * 3_600_000);
  expect(browser.storage.writes).toBe(writes);
});

test('close flushes, lets go, and counts what is tracked afterwards', async () => {
  const { browser, page, track, drops } = start();
  track('shop.cart.changed', { n: 1 });
  expect(await track.close()).toEqual({ waiting: 0, dropped: 0 });
  expect(browser.collector.accepted).toHaveLength(1);
  track('shop.cart.changed', { n: 2 });
  page.hide();
  await browser.advance(60_000);
  expect(drops).toMatchObject([{ reason: 'closed', event: { data: { n: 2 } } }]);
  expect(browser.collector.accepted).toHaveLength(1);
  expect(browser.locks.held).toEqual([]);
});

test('what a closed tracker could not send is sent by the next one', async () => {
  const { browser, track } = start();
  browser.collector.answer = () => Promise.reject(new TypeError('down'));
  const id = track('shop.cart.changed', { n: 1 });
  expect(await track.close()).toEqual({ waiting: 1, dropped: 0 });
  browser.collector.answer = () => ({});
  start(browser);
  await browser.advance();
  expect(browser.collector.accepted).toEqual([id]);
});

test('the visitor is the same in every tab', () => {
  const { browser, track } = start();
  const other = start(browser);
  expect(track.visitor).toBe(other.track.visitor);
});
