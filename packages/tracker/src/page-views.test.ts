import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FakeBrowser, FakePageOptions } from './testing/fake-browser.ts';
import { type Started, start } from './testing/start.ts';
import type { PageView } from './types.ts';

const SITE = 'https://shop.example';

/** A page that counts its views, with one or the other way to see navigations. */
function watched(on: FakePageOptions = {}): Started {
  return start(undefined, { pageViews: 'shop.page.viewed', on });
}

function views(browser: FakeBrowser): PageView[] {
  return browser.collector.requests.flatMap(({ events }) => events.map(({ data }) => data as PageView));
}

function viewedPaths(browser: FakeBrowser): string[] {
  return views(browser).map(({ url }) => url.replace(SITE, ''));
}

const everyWay: [string, FakePageOptions['without'] & object][] = [
  ['the Navigation API', []],
  ['the History API', ['navigation']],
];

test('the first load is one view, with referrer and title as they are at the end of the turn', async () => {
  const { browser, page } = watched({ url: '/a?x=1#top', referrer: 'https://search.example/' });
  page.title = 'A';
  await browser.advance();
  expect(views(browser)).toEqual([{ url: `${SITE}/a?x=1`, referrer: 'https://search.example/', title: 'A' }]);
  expect(browser.collector.requests[0]?.events[0]?.type).toBe('shop.page.viewed');
});

test.each(everyWay)(
  'with %s: push, replace, back and query changes are views; hash and same URL are not',
  async (_, without) => {
    const { browser, page } = watched({ url: '/a', without });
    await browser.advance();
    for (const url of ['/b', '/b#part', '/b', '/b?page=2']) {
      page.push(url);
      await browser.advance();
    }
    page.push('/c', 'replaceState');
    await browser.advance();
    page.back('/b');
    await browser.advance();
    expect(viewedPaths(browser)).toEqual(['/a', '/b', '/b?page=2', '/c', '/b']);
    expect(views(browser).at(-1)?.referrer).toBe(`${SITE}/c`);
  },
);

test.each(everyWay)('with %s: a redirect in one turn is one view, of where it ended', async (_, without) => {
  const { browser, page } = watched({ url: '/', without });
  page.push('/login', 'replaceState');
  await browser.advance();
  page.push('/account');
  page.push('/account/orders', 'replaceState');
  await browser.advance();
  expect(viewedPaths(browser)).toEqual(['/login', '/account/orders']);
});

test('without pageViews nothing is counted, and page() does nothing', async () => {
  const { browser, page, track } = start();
  page.push('/b');
  track.page();
  await browser.advance();
  expect(browser.collector.requests).toEqual([]);
});

test('page() counts a view that changed no URL', async () => {
  const { browser, track } = watched({ url: '/a' });
  await browser.advance();
  track.page();
  await browser.advance();
  expect(viewedPaths(browser)).toEqual(['/a', '/a']);
});

test('a prerendered page is viewed when it is shown, once', async () => {
  const { browser, page } = watched({ url: '/a', prerendering: true });
  await browser.advance(10_000);
  expect(views(browser)).toEqual([]);
  page.activate();
  await browser.advance();
  expect(viewedPaths(browser)).toEqual(['/a']);
});

test('a page that is left in its first turn has been viewed', async () => {
  const { browser, page } = watched({ url: '/a' });
  page.leave();
  expect(viewedPaths(browser)).toEqual(['/a']);
});

test('a return from the back/forward cache is a view, of unknown origin', async () => {
  const { browser, page } = watched({ url: '/a', referrer: 'https://search.example/' });
  await browser.advance();
  page.enterBackForwardCache();
  page.restore();
  await browser.advance();
  expect(views(browser)).toMatchObject([{ url: `${SITE}/a` }, { url: `${SITE}/a`, referrer: '' }]);
});

test('cleanUrl decides what a page is: what it cuts off is no new view and never sent', async () => {
  const { browser, page } = start(undefined, {
    pageViews: 'shop.page.viewed',
    cleanUrl: (url) => url.split('?')[0] as string,
    on: { url: '/a?token=1', referrer: 'https://mail.example/?mailbox=me' },
  });
  await browser.advance();
  page.push('/a?token=2');
  await browser.advance();
  page.push('/b?token=3');
  await browser.advance();
  expect(views(browser)).toEqual([
    { url: `${SITE}/a`, referrer: 'https://mail.example/', title: '' },
    { url: `${SITE}/b`, referrer: `${SITE}/a`, title: '' },
  ]);
});

test('after close no view is counted', async () => {
  for (const [, without] of everyWay) {
    const { browser, page, track, drops } = watched({ url: '/a', without });
    await track.close();
    page.push('/b');
    await browser.advance();
    expect(viewedPaths(browser)).toEqual(['/a']);
    expect(drops).toEqual([]);
  }
});

test('property: views are the distinct ends of turns and the returns, each with the view before as referrer', async () => {
  const url = fc.constantFrom('/a', '/b', '/b?q=1', '/b#x', '/c#y');
  const move = fc.record({ url, how: fc.constantFrom('pushState' as const, 'replaceState' as const) });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(move, { minLength: 1, maxLength: 4 }).map((moves) => ({ moves })) },
    { weight: 1, arbitrary: fc.constant({ restore: true }) },
    { weight: 1, arbitrary: fc.constant({ page: true }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, modern) => {
      const { browser, page, track } = watched({ url: '/a', without: modern ? [] : ['navigation'] });
      await browser.advance();
      let last = `${SITE}/a`;
      const expected = [{ url: last, referrer: '' }];
      const expectView = (referrer: string): void => {
        last = page.url.split('#')[0] as string;
        expected.push({ url: last, referrer });
      };
      for (const item of steps) {
        if ('moves' in item) {
          for (const { url: to, how } of item.moves) page.push(to, how);
          if (page.url.split('#')[0] !== last) expectView(last);
        } else if ('page' in item) {
          track.page();
          expectView(last);
        } else {
          page.enterBackForwardCache();
          page.restore();
          expectView('');
        }
        await browser.advance();
      }
      expect(views(browser).map((view) => ({ url: view.url, referrer: view.referrer }))).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
