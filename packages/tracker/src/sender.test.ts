import { expect, test } from 'vitest';
import type { CollectorAnswer } from './testing/fake-collector.ts';
import { sentNumbers, start, storedEvents } from './testing/start.ts';

const unavailable = (headers: Record<string, string> = {}): CollectorAnswer => ({ status: 503, headers });

/** An answer that comes when told. */
function pending(): { readonly answer: Promise<CollectorAnswer>; readonly arrive: (answer?: CollectorAnswer) => void } {
  let arrive = (_answer?: CollectorAnswer): void => undefined;
  const answer = new Promise<CollectorAnswer>((resolve) => {
    arrive = (given = {}) => resolve(given);
  });
  return { answer, arrive };
}

test('one request is in flight; what comes meanwhile goes into the next, in order', async () => {
  const { browser, track } = start();
  const first = pending();
  browser.collector.answer = () => first.answer;
  track('a.b', { n: 1 });
  await browser.advance();
  track('a.b', { n: 2 });
  await browser.advance();
  track('a.b', { n: 3 });
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1]]);
  first.arrive();
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1], [2, 3]]);
});

test('a batch has at most 50 events and 30 kB', async () => {
  const { browser, track } = start();
  for (let n = 1; n <= 120; n += 1) track('a.b', { n });
  await browser.advance();
  expect(sentNumbers(browser).map((batch) => batch.length)).toEqual([50, 50, 20]);
  expect(sentNumbers(browser).flat()).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));

  const big = start();
  for (let n = 1; n <= 10; n += 1) big.track('a.b', { n, text: 'ü'.repeat(4_000) });
  await big.browser.advance();
  expect(sentNumbers(big.browser).map((batch) => batch.length)).toEqual([3, 3, 3, 1]);
});

test('an outage is retried with growing, jittered pauses, few requests per event', async () => {
  const { browser, track } = start();
  browser.collector.answer = () => unavailable();
  for (let n = 0; n < 100; n += 1) {
    track('a.b', { n });
    await browser.advance(3_000);
  }
  expect(browser.collector.requests.length).toBeLessThanOrEqual(30);
  const pauses = browser.collector.requests
    .slice(1, 6)
    .map(({ at }, i) => at - (browser.collector.requests[i]?.at ?? 0));
  // Half of the full jitter: 2 s, 4 s, 8 s …
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  browser.collector.answer = () => ({});
  await browser.advance(300_000);
  expect(sentNumbers(browser).slice(-2).flat()).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(browser.collector).toMatchObject({ accepted: { length: 100 }, duplicates: 0 });
});

test('full jitter: the pause is anything between nothing and twice the last', async () => {
  const { browser, track } = start();
  browser.random = 0;
  browser.collector.answer = ({ at }) =>
    at === browser.now && browser.collector.requests.length < 4 ? unavailable() : {};
  track('a.b', { n: 1 });
  await browser.advance();
  expect(browser.collector.requests.map(({ at }) => at)).toEqual(Array(4).fill(browser.now));
});

test.each([
  ['seconds', '30'],
  ['a date', new Date(1_760_000_000_000 + 30_000).toUTCString()],
])(
  'nothing is sent before Retry-After in %s: not by new events, not on leaving, not by another page',
  async (_, header) => {
    const { browser, page, track } = start();
    browser.random = 0;
    browser.collector.answer = () => unavailable({ 'retry-after': header });
    track('a.b', { n: 1 });
    await browser.advance(10_000);
    track('a.b', { n: 2 });
    page.online();
    await track.flush();
    page.hide();
    await browser.advance(10_000);
    page.leave();
    const next = start(browser);
    next.track('a.b', { n: 3 });
    await browser.advance(9_999);
    expect(browser.collector.requests).toHaveLength(1);
    browser.collector.answer = () => ({});
    await browser.advance(1);
    expect(sentNumbers(browser).slice(1)).toEqual([[1, 2, 3]]);
  },
);

test('a hold of more than a day is a broken clock and not honoured', async () => {
  const { browser, track } = start();
  browser.storage.data.set('es:hold:pub_shop', String(browser.now + 400 * 86_400_000));
  track('a.b', { n: 1 });
  await browser.advance();
  expect(browser.collector.accepted).toHaveLength(1);
});

test('verdicts are per event: ok and dup are done, rejected and dropped are counted, retry and silence stay', async () => {
  const { browser, track, drops } = start();
  const verdicts: Record<string, { r: string; reason?: string } | undefined> = {
    ok: { r: 'ok' },
    dup: { r: 'dup' },
    rejected: { r: 'rejected', reason: 'schema' },
    dropped: { r: 'dropped', reason: 'consent_denied' },
    retry: { r: 'retry' },
  };
  browser.collector.answer = () => ({ verdict: ({ data }) => verdicts[(data as { want: string }).want] });
  for (const want of [...Object.keys(verdicts), 'silence']) track('a.b', { want });
  await browser.advance();
  expect(drops.map(({ reason, detail, event }) => [reason, detail, event.data])).toEqual([
    ['rejected', 'schema', { want: 'rejected' }],
    ['dropped', 'consent_denied', { want: 'dropped' }],
  ]);
  expect(await track.flush()).toEqual({ waiting: 2, dropped: 2 });
  expect(storedEvents(browser)).toHaveLength(2);
  browser.collector.answer = () => ({});
  await browser.advance(60_000);
  expect(browser.collector.requests.at(-1)?.events.map(({ data }) => data)).toEqual([
    { want: 'retry' },
    { want: 'silence' },
  ]);
  expect(storedEvents(browser)).toEqual([]);
});

test.each([400, 401, 403])('%i ends the whole batch, counted', async (status) => {
  const { browser, track, drops } = start();
  browser.collector.answer = () => ({ status });
  track('a.b', { n: 1 });
  track('a.b', { n: 2 });
  await browser.advance(600_000);
  expect(drops.map(({ reason, detail }) => [reason, detail])).toEqual(Array(2).fill(['refused', String(status)]));
  expect(browser.collector.requests).toHaveLength(1);
});

test('413 splits until the culprit is alone; only that one is lost, and at once', async () => {
  const { browser, track, drops } = start();
  browser.collector.answer = ({ events }) =>
    events.some(({ data }) => (data as { n: number }).n === 5) ? { status: 413 } : {};
  for (let n = 1; n <= 8; n += 1) track('a.b', { n });
  await browser.advance();
  expect(drops).toMatchObject([{ reason: 'too_large', event: { data: { n: 5 } } }]);
  expect(browser.collector).toMatchObject({ accepted: { length: 7 }, duplicates: 0 });
  expect(await track.flush()).toEqual({ waiting: 0, dropped: 1 });
});

test('a 200 that is not the collector speaking acknowledges nothing', async () => {
  const { browser, track } = start();
  for (const body of ['<!doctype html>', '', 'null', '{}', '{"results":null}']) {
    browser.collector.answer = () => ({ body });
    track('a.b', { n: 1 });
    await browser.advance();
    await track.flush();
  }
  expect(storedEvents(browser)).toHaveLength(5);
  expect(await track.flush()).toEqual({ waiting: 5, dropped: 0 });
});

test('a connection that never answers is given up after 30 seconds', async () => {
  const { browser, track } = start();
  browser.collector.answer = () => new Promise(() => undefined);
  track('a.b', { n: 1 });
  await browser.advance(29_999);
  browser.collector.answer = () => ({});
  expect(browser.collector.requests).toHaveLength(1);
  await browser.advance(1_001 + 1_000);
  expect(browser.collector.accepted).toHaveLength(1);
});

test('coming online and coming back to the tab end a backoff', async () => {
  for (const wake of ['online', 'show'] as const) {
    const { browser, page, track } = start();
    browser.collector.answer = () => Promise.reject(new TypeError('offline'));
    track('a.b', { n: 1 });
    await browser.advance();
    browser.collector.answer = () => ({});
    page[wake]();
    await browser.advance();
    expect(browser.collector.accepted, wake).toHaveLength(1);
  }
});

test('leaving sends in the same call, beside a request that is still in flight', async () => {
  const { browser, page, track } = start();
  const first = pending();
  browser.collector.answer = () => first.answer;
  track('a.b', { n: 1 });
  await browser.advance();
  track('a.b', { n: 2 });
  browser.collector.answer = () => ({});
  page.leave();
  expect(sentNumbers(browser)).toEqual([[1], [2]]);
});

test('leaving hands over no more than the keepalive budget; the rest stays stored for the next page', async () => {
  const { browser, page, track } = start();
  for (let n = 1; n <= 30; n += 1) track('a.b', { n, text: 'x'.repeat(5_000) });
  page.hide();
  const bytes = browser.collector.requests.map(({ init }) => String(init.body).length);
  expect(bytes.length).toBeGreaterThan(1);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
  expect(browser.collector.requests.every(({ keepalive }) => keepalive)).toBe(true);
  page.leave();
  start(browser);
  await browser.advance();
  expect(new Set(browser.collector.accepted).size).toBe(30);
});

test('an event beyond the keepalive budget goes without keepalive', async () => {
  const { browser, track } = start();
  track('a.b', { n: 1, text: 'x'.repeat(100_000) });
  track('a.b', { n: 2 });
  await browser.advance();
  expect(browser.collector.requests.map(({ keepalive }) => keepalive)).toEqual([false, true]);
  expect(browser.collector.accepted).toHaveLength(2);
});

test('a keepalive request refused for what others have in flight is split', async () => {
  const { browser, page, track } = start();
  // The site's own keepalive request takes most of the budget.
  const host = pending();
  browser.collector.answer = ({ url }) => (url === '/host' ? host.answer : {});
  const body = JSON.stringify({ events: [], padding: 'x'.repeat(50_000) });
  void page.window.fetch('/host', { method: 'POST', body, keepalive: true });
  for (let n = 1; n <= 10; n += 1) track('a.b', { n, text: 'x'.repeat(2_500) });
  await browser.advance(60_000);
  expect(browser.collector.accepted).toHaveLength(10);
  host.arrive();
});

test('in a hidden page an event goes at the end of the call: timers may never fire again', async () => {
  const { browser, page, track } = start();
  page.hide();
  track('a.b', { n: 1 });
  track('a.b', { n: 2 });
  await Promise.resolve();
  expect(sentNumbers(browser)).toEqual([[1, 2]]);
});

test('a hidden page does not hammer a collector that is away', async () => {
  const { browser, page, track } = start();
  browser.collector.answer = () => unavailable();
  page.hide();
  for (let n = 0; n < 50; n += 1) {
    track('a.b', { n });
    await browser.advance(100);
  }
  expect(browser.collector.requests.length).toBeLessThanOrEqual(5);
});

test('flush resolves when the queue is empty, with every batch of it answered', async () => {
  const { browser, track } = start();
  for (let n = 1; n <= 120; n += 1) track('a.b', { n });
  expect(await track.flush()).toEqual({ waiting: 0, dropped: 0 });
  expect(browser.collector.accepted).toHaveLength(120);
});
