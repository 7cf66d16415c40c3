import { expect, test } from 'vitest';
import { FakeBrowser } from './testing/fake-browser.ts';
import { sentNumbers, start, storedEvents } from './testing/start.ts';

function offline(): FakeBrowser {
  const browser = new FakeBrowser();
  browser.collector.answer = () => Promise.reject(new TypeError('down'));
  return browser;
}

test('a killed tab is an orphan: the next page sends its events first, in order', async () => {
  const browser = offline();
  const dead = start(browser);
  for (let n = 1; n <= 12; n += 1) dead.track('a.b', { n });
  await browser.advance();
  dead.page.kill();
  browser.collector.answer = () => ({});
  browser.collector.requests.length = 0;
  const next = start(browser);
  await browser.advance();
  next.track('a.b', { n: 13 });
  await browser.advance();
  expect(sentNumbers(browser).flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(storedEvents(browser)).toEqual([]);
});

test('several orphans are adopted oldest first, and before what the page has waiting itself', async () => {
  const browser = offline();
  for (const n of [1, 2, 3]) {
    const dead = start(browser);
    dead.track('a.b', { n });
    browser.now += 1_000;
    dead.page.kill();
  }
  const next = start(browser);
  next.track('a.b', { n: 4 });
  browser.collector.answer = () => ({});
  await browser.advance();
  expect(sentNumbers(browser)).toEqual([[1, 2, 3, 4]]);
});

test('the events of a living tab are left alone', async () => {
  const browser = offline();
  const living = start(browser);
  living.track('a.b', { n: 1 });
  await browser.advance();
  browser.collector.answer = () => ({});
  const other = start(browser);
  other.track('a.b', { n: 2 });
  await browser.advance();
  expect(sentNumbers(browser).at(-1)).toEqual([2]);
  // Nor waited for: a page in the back/forward cache is thrown out when another waits for its lock.
  expect(browser.locks.waiting).toBe(0);
  await browser.advance(60_000);
  expect(browser.collector).toMatchObject({ accepted: { length: 2 }, duplicates: 0 });
});

test('of two pages only one adopts; when it dies too the other does', async () => {
  const browser = offline();
  const dead = start(browser);
  dead.track('a.b', { n: 1 });
  dead.page.kill();
  const first = start(browser);
  const second = start(browser);
  await browser.advance();
  first.page.kill();
  browser.collector.answer = () => ({});
  second.page.show();
  await browser.advance();
  expect(browser.collector).toMatchObject({ accepted: { length: 1 }, duplicates: 0 });
  expect(storedEvents(browser)).toEqual([]);
});

test('a tab that dies while another lives is adopted when the user comes to that other one', async () => {
  const browser = offline();
  const living = start(browser);
  const dead = start(browser);
  dead.track('a.b', { n: 1 });
  dead.page.kill();
  browser.collector.answer = () => ({});
  living.page.show();
  await browser.advance();
  expect(browser.collector.accepted).toHaveLength(1);
});

test('events under another write key are never sent with ours', async () => {
  const browser = offline();
  const other = start(browser, { writeKey: 'pub_blog' });
  other.track('a.b', { n: 1 });
  other.page.kill();
  browser.collector.answer = () => ({});
  start(browser);
  await browser.advance();
  expect(browser.collector.accepted).toEqual([]);
  start(browser, { writeKey: 'pub_blog' });
  await browser.advance();
  expect(browser.collector.requests.at(-1)?.url).toBe('/events?k=pub_blog');
});

test('a page in the back/forward cache has handed over: no lock, and no second copy after its return', async () => {
  const browser = offline();
  const cached = start(browser);
  cached.track('a.b', { n: 1 });
  cached.track('a.b', { n: 2 });
  cached.page.enterBackForwardCache();
  await browser.advance();
  expect(browser.locks.held).toEqual([]);
  browser.collector.answer = () => ({});
  const next = start(browser);
  await browser.advance();
  next.page.enterBackForwardCache();
  cached.page.restore();
  cached.track('a.b', { n: 3 });
  await browser.advance(60_000);
  expect(sentNumbers(browser).slice(-2)).toEqual([[1, 2], [3]]);
  expect(browser.collector).toMatchObject({ accepted: { length: 3 }, duplicates: 0 });
});

test('a page that comes back takes its own events up again when nobody has sent them', async () => {
  const browser = offline();
  const { page, track } = start(browser);
  track('a.b', { n: 1 });
  page.enterBackForwardCache();
  await browser.advance();
  browser.collector.answer = () => ({});
  page.restore();
  await browser.advance();
  expect(browser.collector.accepted).toHaveLength(1);
});

test('what only memory holds stays with a page in the back/forward cache', async () => {
  const browser = offline();
  const { page, track } = start(browser, { storage: 'memory' });
  track('a.b', { n: 1 });
  page.enterBackForwardCache();
  await browser.advance();
  browser.collector.answer = () => ({});
  page.restore();
  await browser.advance(60_000);
  expect(browser.collector.accepted).toHaveLength(1);
});

test('without Web Locks nothing is lost; copies are possible and carry the same id', async () => {
  const browser = offline();
  const without = ['locks'] as const;
  const living = start(browser, { on: { without } });
  const ids = [living.track('a.b', { n: 1 })];
  const dead = start(browser, { on: { without } });
  ids.push(dead.track('a.b', { n: 2 }));
  dead.page.kill();
  browser.collector.answer = () => ({});
  start(browser, { on: { without } });
  await browser.advance(60_000);
  expect(new Set(browser.collector.accepted)).toEqual(new Set(ids));
  expect(storedEvents(browser)).toEqual([]);
});

test('a page that came back is a tab with a lock of its own again', async () => {
  const browser = offline();
  const cached = start(browser);
  await browser.advance();
  cached.page.enterBackForwardCache();
  cached.page.restore();
  cached.track('a.b', { n: 1 });
  await browser.advance();
  browser.collector.answer = () => ({});
  start(browser);
  await browser.advance();
  expect(browser.collector.accepted).toEqual([]);
  await browser.advance(60_000);
  expect(browser.collector).toMatchObject({ accepted: { length: 1 }, duplicates: 0 });
});
