import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeBrowser } from './testing/fake-browser.ts';
import { sentNumbers, start, storedEvents } from './testing/start.ts';

/** A browser whose collector is away. */
function offline(): FakeBrowser {
  const browser = new FakeBrowser();
  browser.collector.answer = () => Promise.reject(new TypeError('down'));
  return browser;
}

/** Until `onDropped` has been told. */
const told = (): Promise<void> => Promise.resolve();

test('the queue is bounded in events: the oldest goes, counted', async () => {
  const browser = offline();
  const { track, drops } = start(browser, { maxEvents: 10 });
  for (let n = 1; n <= 15; n += 1) track('a.b', { n });
  await told();
  expect(drops.map(({ reason, event }) => [reason, event.data])).toEqual(
    [1, 2, 3, 4, 5].map((n) => ['queue_full', { n }]),
  );
  expect(storedEvents(browser)).toHaveLength(10);
  browser.collector.answer = () => ({});
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[6, 7, 8, 9, 10, 11, 12, 13, 14, 15]]);
});

test('the default bounds are 1,000 events and 1 MiB', async () => {
  const browser = offline();
  const many = start(browser);
  for (let n = 0; n < 1_100; n += 1) many.track('a.b', { n });
  await told();
  expect(many.drops).toHaveLength(100);
  const big = start(offline());
  for (let n = 0; n < 120; n += 1) big.track('a.b', { n, text: 'x'.repeat(10_000) });
  await told();
  expect(big.browser.storage.used).toBeLessThanOrEqual(1_048_576);
  expect(big.drops).toHaveLength(19);
});

test('an event larger than the whole queue is dropped alone', async () => {
  const { track, drops } = start(offline(), { maxBytes: 10_000 });
  track('a.b', { n: 1 });
  track('a.b', { n: 2, text: 'x'.repeat(20_000) });
  await told();
  expect(drops.map(({ event }) => (event.data as { n: number }).n)).toEqual([2]);
});

test('an event on the wire is not dropped to make room', async () => {
  const browser = new FakeBrowser();
  browser.collector.answer = () => new Promise(() => undefined);
  const { track, drops } = start(browser, { maxEvents: 2 });
  track('a.b', { n: 1 });
  track('a.b', { n: 2 });
  await browser.advance();
  for (const n of [3, 4, 5]) track('a.b', { n });
  await told();
  expect(drops.map(({ event }) => (event.data as { n: number }).n)).toEqual([3, 4, 5]);
});

test.each([
  ['full', 0, []],
  ['denied', Number.POSITIVE_INFINITY, ['storage' as const]],
])('with storage %s events are delivered from memory', async (_, quota, without) => {
  const browser = new FakeBrowser();
  browser.storage.quota = quota;
  const { track } = start(browser, { on: { without } });
  for (let n = 1; n <= 3; n += 1) track('a.b', { n });
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1, 2, 3]]);
  expect(browser.storage.data.size).toBe(0);
});

test("the host's setItem never fails because of stored events; they are still delivered", async () => {
  const browser = offline();
  browser.storage.quota = 20_000;
  const { page, track, drops } = start(browser);
  for (let n = 0; n < 30; n += 1) track('a.b', { n, text: 'x'.repeat(200) });
  expect(browser.storage.used).toBeGreaterThan(15_000);
  page.localStorage.setItem('basket', 'y'.repeat(12_000));
  expect(page.localStorage.getItem('basket')).toHaveLength(12_000);
  // Only as much as needed, oldest first.
  expect(storedEvents(browser).length).toBeGreaterThan(0);
  browser.collector.answer = () => ({});
  await browser.advance();
  expect(sentNumbers(browser).flat()).toEqual(Array.from({ length: 30 }, (_, n) => n));
  expect(drops).toEqual([]);
});

test('in a full storage our own events do not push out older ones, nor does a full sessionStorage', () => {
  const browser = offline();
  browser.storage.quota = 3_000;
  const { page, track } = start(browser);
  for (let n = 0; n < 5; n += 1) track('a.b', { n });
  const kept = storedEvents(browser);
  for (let n = 5; n < 20; n += 1) track('a.b', { n });
  expect(storedEvents(browser).slice(0, kept.length)).toEqual(kept);
  const full = storedEvents(browser);
  const sessionStorage = Object.create(page.window.Storage.prototype) as Storage;
  expect(() => sessionStorage.setItem('basket', 'y'.repeat(1_000))).toThrow(/full/);
  expect(storedEvents(browser)).toEqual(full);
});

test("what does not fit into the host's storage at all fails as it always did", () => {
  const browser = offline();
  browser.storage.quota = 5_000;
  const { page, track } = start(browser);
  track('a.b', { n: 1 });
  expect(() => page.localStorage.setItem('basket', 'y'.repeat(6_000))).toThrow(/full/);
});

test('garbage under our keys is cleared, and holds nothing up', async () => {
  const browser = new FakeBrowser();
  browser.storage.data.set('es:q:pub_shop/dead:1000000001', '{"id":"cut');
  const { track } = start(browser);
  track('a.b', { n: 1 });
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1]]);
  expect(storedEvents(browser)).toEqual([]);
});

test('property: whatever the collector does, each event ends accepted or counted, in order, within the bounds', async () => {
  const status = fc.constantFrom(200, 200, 0, 413, 429, 500, 503);
  const step = fc.record({ track: fc.integer({ min: 0, max: 8 }), size: fc.integer({ min: 0, max: 2_000 }), status });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const browser = new FakeBrowser();
      const { track, drops } = start(browser, { maxEvents: 40, maxBytes: 30_000 });
      const tracked: string[] = [];
      for (const { track: count, size, status: answer } of steps) {
        browser.collector.answer = () => (answer ? { status: answer } : Promise.reject(new TypeError('down')));
        for (let i = 0; i < count; i += 1) tracked.push(track('a.b', { text: 'x'.repeat(size) }));
        expect(storedEvents(browser).length).toBeLessThanOrEqual(40);
        expect(browser.storage.used).toBeLessThanOrEqual(35_000);
        await browser.advance(2_000);
      }
      browser.collector.answer = () => ({});
      await browser.advance(600_000);
      const lost = new Set(drops.map(({ event }) => event.id));
      expect(browser.collector.accepted).toEqual(tracked.filter((id) => !lost.has(id)));
      expect(browser.collector.duplicates).toBe(0);
      expect(await track.flush()).toEqual({ waiting: 0, dropped: lost.size });
    }),
    { numRuns: 100 },
  );
});
