import { expect, test } from 'vitest';
import { openStore } from './store.ts';
import { FakeBrowser } from './testing/fake-browser.ts';

test('what could not be stored is kept in memory until it can be, then the tabs agree again', () => {
  const browser = new FakeBrowser();
  const store = openStore(browser.open().window, true);
  const other = openStore(browser.open().window, true);
  browser.storage.quota = 0;
  store.set('key', 'memory');
  expect([store.get('key'), other.get('key')]).toEqual(['memory', null]);
  browser.storage.quota = Number.POSITIVE_INFINITY;
  store.set('key', 'stored');
  other.set('key', 'theirs');
  expect(store.get('key')).toBe('theirs');
});

test('keys are those of the device, in order', () => {
  const browser = new FakeBrowser();
  const store = openStore(browser.open().window, true);
  for (const key of ['es:b', 'other', 'es:a']) store.set(key, '1');
  browser.storage.quota = 0;
  store.set('es:memory', '1');
  expect(store.keys('es:')).toEqual(['es:a', 'es:b']);
  store.remove('es:a');
  expect(store.keys('es:')).toEqual(['es:b']);
});
