import { compileFunction } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { loaderSnippet } from './loader.ts';
import { buildSnippet } from './testing/built-snippet.ts';
import { FakeBrowser, type FakePage } from './testing/fake-browser.ts';

/** A script element as far as the loader and the snippet see one. */
interface ScriptElement {
  src?: unknown;
  nonce?: string;
  dataset: Record<string, string>;
}

type Eventstream = ((...call: unknown[]) => string) & { push(call: unknown[]): string };

/** A page's globals with a document that can load scripts. */
interface ScriptedPage {
  readonly window: { eventstream?: unknown; trustedTypes?: unknown; document: { currentScript: ScriptElement | null } };
  readonly loaded: ScriptElement[];
  run(code: string, script?: Partial<ScriptElement>): void;
}

function scripted(page: FakePage, browser: FakeBrowser): ScriptedPage {
  const loaded: ScriptElement[] = [];
  const window = page.window as unknown as ScriptedPage['window'];
  Object.assign(window.document, {
    createElement: (): ScriptElement => ({ dataset: {} }),
    head: { append: (script: ScriptElement) => loaded.push(script) },
  });
  return {
    window,
    loaded,
    run(code, script) {
      window.document.currentScript = { dataset: {}, ...script };
      compileFunction(code, ['window', 'self', 'document', 'Date'])(window, window, window.document, {
        now: () => browser.now,
      });
      window.document.currentScript = null;
    },
  };
}

const data = { endpoint: '/events', writeKey: 'pub_shop' };
let snippet: string;

beforeAll(async () => {
  snippet = await buildSnippet();
});

test('calls before the script is there are sent with the time they were made', async () => {
  const browser = new FakeBrowser();
  const page = scripted(browser.open(), browser);
  page.run(loaderSnippet({ src: '/eventstream.js', ...data }));
  const clicked = browser.now;
  (page.window.eventstream as Eventstream)('shop.cart.changed', { n: 1 }, { traceparent: 'theirs' });
  browser.now += 3_000;
  page.run(snippet, page.loaded[0]);
  (page.window.eventstream as Eventstream)('shop.cart.changed', { n: 2 });
  await browser.advance();
  const events = browser.collector.requests.flatMap((request) => request.events);
  expect(events).toMatchObject([
    { time: clicked, data: { n: 1 }, traceparent: 'theirs' },
    { time: clicked + 3_000, data: { n: 2 } },
  ]);
  expect(browser.collector.requests[0]?.url).toBe('/events?k=pub_shop');
});

test('the loader hands on its nonce and the options, and loads by a plain URL where there are no Trusted Types', () => {
  const browser = new FakeBrowser();
  const page = scripted(browser.open(), browser);
  page.run(loaderSnippet({ src: '/eventstream.js', ...data, pageViews: 'shop.page.viewed' }), { nonce: 'r4nd0m' });
  expect(page.loaded).toEqual([
    { src: '/eventstream.js', nonce: 'r4nd0m', dataset: { ...data, pageViews: 'shop.page.viewed' } },
  ]);
});

test('with Trusted Types the URL comes from a policy named eventstream that makes no other URL', () => {
  const browser = new FakeBrowser();
  const page = scripted(browser.open(), browser);
  const policies: Record<string, (url: string) => string> = {};
  page.window.trustedTypes = {
    createPolicy(name: string, { createScriptURL }: { createScriptURL: (url: string) => string }) {
      policies[name] = createScriptURL;
      return { createScriptURL: (url: string) => ({ trusted: createScriptURL(url) }) };
    },
  };
  page.run(loaderSnippet({ src: '/eventstream.js', ...data }));
  expect(page.loaded[0]?.src).toEqual({ trusted: '/eventstream.js' });
  expect(policies['eventstream']?.('https://evil.example/x.js')).toBe('/eventstream.js');
});

test('options cannot break out of the script element or its strings', () => {
  const text = loaderSnippet({ src: '/a.js', endpoint: '</script><script>alert(1)//', writeKey: '"\u2028\'' });
  expect(text).not.toContain('</script');
  const browser = new FakeBrowser();
  const page = scripted(browser.open(), browser);
  page.run(text);
  expect(page.loaded[0]?.dataset).toEqual({ endpoint: '</script><script>alert(1)//', writeKey: '"\u2028\'' });
});

test('without any inline script: a tag with data attributes, and an array of calls', async () => {
  const browser = new FakeBrowser();
  const page = scripted(browser.open({ url: '/a' }), browser);
  page.window.eventstream = [['shop.cart.changed', { n: 1 }]];
  page.run(snippet, { dataset: { ...data, pageViews: 'shop.page.viewed', storage: 'memory' } });
  (page.window.eventstream as Eventstream).push(['shop.cart.changed', { n: 2 }]);
  await browser.advance();
  expect(browser.collector.requests.flatMap(({ events }) => events.map(({ type }) => type)).sort()).toEqual([
    'shop.cart.changed',
    'shop.cart.changed',
    'shop.page.viewed',
  ]);
  expect(browser.storage.data.size).toBe(0);
});

test('a tag without its attributes says which ones are missing', () => {
  const browser = new FakeBrowser();
  const page = scripted(browser.open(), browser);
  expect(() => page.run(snippet)).toThrow(/data-endpoint.*data-write-key/);
});
