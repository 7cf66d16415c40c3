import { expect, test } from 'vitest';
import { sessionOf, visitorOf } from './identity.ts';
import { openStore } from './store.ts';
import { FakeBrowser } from './testing/fake-browser.ts';

const MINUTE = 60_000;

function newStore(): { readonly browser: FakeBrowser; readonly store: ReturnType<typeof openStore> } {
  const browser = new FakeBrowser();
  return { browser, store: openStore(browser.open().window, true) };
}

test('a session lives as long as its events are less than 30 minutes apart', () => {
  const { browser, store } = newStore();
  const first = sessionOf(store, browser.now);
  for (let i = 0; i < 10; i += 1) {
    browser.now += 29 * MINUTE;
    expect(sessionOf(store, browser.now)).toBe(first);
  }
  browser.now += 31 * MINUTE;
  expect(sessionOf(store, browser.now)).not.toBe(first);
});

test('a burst of events costs one write', () => {
  const { browser, store } = newStore();
  sessionOf(store, browser.now);
  const { writes } = browser.storage;
  for (let i = 0; i < 100; i += 1) sessionOf(store, browser.now + i * 50);
  expect(browser.storage.writes).toBe(writes);
});

test('tabs share the session, and a busy tab keeps it alive for an idle one', () => {
  const browser = new FakeBrowser();
  const idle = openStore(browser.open().window, true);
  const busy = openStore(browser.open().window, true);
  const session = sessionOf(idle, browser.now);
  for (let i = 0; i < 5; i += 1) {
    browser.now += 20 * MINUTE;
    expect(sessionOf(busy, browser.now)).toBe(session);
  }
  expect(sessionOf(idle, browser.now + MINUTE)).toBe(session);
});

test('a clock set back does not end the session', () => {
  const { browser, store } = newStore();
  const session = sessionOf(store, browser.now);
  expect(sessionOf(store, browser.now - 3_600_000)).toBe(session);
});

test('without room in storage the session still rolls by its own clock', () => {
  const { browser, store } = newStore();
  const stale = sessionOf(store, browser.now);
  browser.storage.quota = 0;
  browser.now += 31 * MINUTE;
  const session = sessionOf(store, browser.now);
  expect(session).not.toBe(stale);
  expect(sessionOf(store, browser.now + MINUTE)).toBe(session);
  browser.storage.quota = Number.POSITIVE_INFINITY;
  expect(sessionOf(store, browser.now + 2 * MINUTE)).toBe(session);
  expect(sessionOf(store, browser.now + 3 * MINUTE)).toBe(session);
});

test('the visitor outlives pages, and lives for the page where storage is denied', () => {
  const { browser, store } = newStore();
  const visitor = visitorOf(store, browser.now);
  expect(visitorOf(openStore(browser.open().window, true), browser.now + 1)).toBe(visitor);
  const denied = openStore(browser.open({ without: ['storage'] }).window, true);
  const other = visitorOf(denied, browser.now);
  expect(other).not.toBe(visitor);
  expect(visitorOf(denied, browser.now + 1)).toBe(other);
});
