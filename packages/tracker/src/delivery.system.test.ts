// needs: chromium
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSnippet } from './testing/built-snippet.ts';
import { killRenderer, launchChromium, openPage, ready, track } from './testing/chromium.ts';
import { Site } from './testing/site.ts';

/** What a scenario is given: a site, a fresh browser profile, and numbers that were never tracked before. */
interface Scene {
  readonly site: Site;
  readonly context: BrowserContext;
  take(count: number): number[];
}

const ROUNDS = 10;
const report: Record<string, unknown>[] = [];
let snippet: string;
let browser: Browser;

beforeAll(async () => {
  snippet = await buildSnippet();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  console.table(report);
});

/** Runs the scenario, then counts: every number arrived, and each under one id. */
function scenario(name: string, run: (scene: Scene) => Promise<void>): void {
  test(name, async () => {
    await using site = await Site.open(snippet);
    const context = await browser.newContext();
    let taken = 0;
    const take = (count: number): number[] =>
      Array.from({ length: count }, () => {
        taken += 1;
        return taken;
      });
    await run({ site, context, take });
    await site.until(() => site.numbers.size === taken);
    const lost = taken - site.numbers.size;
    const duplicates = site.events.size - site.numbers.size;
    report.push({
      name,
      tracked: taken,
      lost,
      duplicates,
      'extra wire copies': site.extraCopies,
      requests: site.arrivals.length,
    });
    await context.close();
    expect({ lost, duplicates }).toEqual({ lost: 0, duplicates: 0 });
  });
}

scenario('a click, then away in the same task', async ({ site, context, take }) => {
  const page = await openPage(context, `${site.origin}/start`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = page.waitForURL(`**/page-${round}`);
    await page.evaluate(
      ([numbers, url]) => {
        const { eventstream } = globalThis as unknown as { eventstream: (type: string, data: unknown) => void };
        const button = document.querySelector('button') as HTMLButtonElement;
        button.onclick = () => {
          for (const n of numbers) eventstream('site.number.seen', { n });
          location.href = url;
        };
        button.click();
      },
      [take(10), `/page-${round}`] as const,
    );
    await left;
    await ready(page);
  }
});

scenario('a tab closed at once', async ({ site, context, take }) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await openPage(context, `${site.origin}/`);
    await track(page, take(10));
    await page.close();
  }
});

scenario('the collector is away, the renderer is killed, the page is opened again', async ({ site, context, take }) => {
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    site.mood = 'down';
    const page = await openPage(context, `${site.origin}/`);
    await track(page, take(20));
    await site.until(() => site.arrivals.length > round);
    await killRenderer(page);
    await page.close();
    site.mood = 'up';
    await openPage(context, `${site.origin}/again`);
  }
});

scenario(
  '503 with Retry-After: nothing before it, neither by this page nor by the next',
  async ({ site, context, take }) => {
    site.mood = { retryAfter: '3' };
    const page = await openPage(context, `${site.origin}/`);
    await track(page, take(10));
    await site.until(() => site.arrivals.length === 1);
    // The page must have heard the answer, not only asked: what it has not heard it cannot honour.
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('es:hold:')));
    site.mood = 'up';
    await track(page, take(10));
    await page.reload();
    await ready(page);
    await track(page, take(10));
    await site.until(() => site.numbers.size === 30);
    const [refused, first] = site.arrivals;
    expect((first?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
  },
);

scenario('two tabs in an outage, both reloaded, one closed', async ({ site, context, take }) => {
  site.mood = 'down';
  const first = await openPage(context, `${site.origin}/first`);
  const second = await openPage(context, `${site.origin}/second`);
  await track(first, take(25));
  await track(second, take(25));
  await Promise.all([first.reload(), second.reload()]);
  await Promise.all([ready(first), ready(second)]);
  await track(first, take(10));
  await track(second, take(10));
  await second.close();
  site.mood = 'up';
  await first.reload();
});

scenario('two tabs, both renderers killed', async ({ site, context, take }) => {
  site.mood = 'down';
  const first = await openPage(context, `${site.origin}/first`);
  const second = await openPage(context, `${site.origin}/second`);
  await track(first, take(25));
  await track(second, take(25));
  await site.until(() => site.arrivals.length >= 2);
  await killRenderer(first);
  await killRenderer(second).catch(() => undefined);
  site.mood = 'up';
  await openPage(context, `${site.origin}/again`);
});

scenario('offline, the tab closed, opened again online', async ({ site, context, take }) => {
  const page = await openPage(context, `${site.origin}/`);
  await context.setOffline(true);
  await track(page, take(50));
  await page.close();
  await context.setOffline(false);
  await openPage(context, `${site.origin}/again`);
});

scenario('offline for a while, then online again on the same page', async ({ site, context, take }) => {
  const page = await openPage(context, `${site.origin}/`);
  await context.setOffline(true);
  for (let round = 0; round < ROUNDS; round += 1) await track(page, take(10));
  await context.setOffline(false);
});

scenario('events stored, answers lost', async ({ site, context, take }) => {
  site.mood = 'loses-answers';
  const page = await openPage(context, `${site.origin}/`);
  await track(page, take(20));
  await site.until(() => site.numbers.size === 20);
  site.mood = 'up';
  await track(page, take(20));
});

scenario('many large events, then away', async ({ site, context, take }) => {
  const page = await openPage(context, `${site.origin}/`);
  for (let round = 0; round < 3; round += 1) {
    await track(page, take(60), 3_000);
    await page.goto(`${site.origin}/page-${round}`);
    await ready(page);
  }
});

scenario('localStorage full, a short outage', async ({ site, context, take }) => {
  const page = await openPage(context, `${site.origin}/`);
  await page.evaluate(() => {
    let size = 5_000_000;
    for (let i = 0; size > 10; i += 1) {
      try {
        localStorage.setItem(`host-${i}`, 'x'.repeat(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  });
  site.mood = 'down';
  await track(page, take(30));
  await site.until(() => site.arrivals.length > 0);
  site.mood = 'up';
});

scenario("the host's setItem wins when localStorage is full of events", async ({ site, context, take }) => {
  site.mood = 'down';
  const page = await openPage(context, `${site.origin}/`);
  await track(page, take(100), 5_000);
  const stored = await page.evaluate(() => {
    localStorage.setItem('basket', 'x'.repeat(5_000_000));
    return localStorage.getItem('basket')?.length;
  });
  expect(stored).toBe(5_000_000);
  site.mood = 'up';
});

test('a return from the back/forward cache is one more page view, and nothing of ours keeps a page out of it', async () => {
  await using site = await Site.open(snippet);
  const context = await browser.newContext();
  const page = await openPage(context, `${site.origin}/a?views`);
  await site.until(() => site.events.size === 1);
  await page.goto(`${site.origin}/b?views`);
  await site.until(() => site.events.size === 2);
  await page.evaluate(() => history.back());
  await site.until(() => site.events.size === 3);
  const urls = [...site.events.values()].map(({ data }) => (data as { url: string }).url.replace(site.origin, ''));
  expect(urls).toEqual(['/a?views', '/b?views', '/a?views']);
  const reasons = await page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation');
    return (entry as unknown as { notRestoredReasons: unknown }).notRestoredReasons;
  });
  expect(reasons).toBeNull();
  report.push({ name: 'bfcache page view', tracked: 3, lost: 0, 'extra wire copies': site.extraCopies });
  await context.close();
});

test('a page left with a request unanswered still comes back from the cache, though the next page has adopted its events', async () => {
  await using site = await Site.open(snippet);
  const context = await browser.newContext();
  site.mood = 'down';
  const page = await openPage(context, `${site.origin}/a`);
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  await track(page, [1, 2, 3]);
  await page.goto(`${site.origin}/b`);
  await ready(page);
  site.mood = 'up';
  expect(await site.until(() => site.numbers.size === 3)).toBe(true);
  await page.evaluate(() => history.back());
  await page.waitForFunction(() => location.pathname === '/a');
  expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
  await track(page, [4]);
  expect(await site.until(() => site.numbers.size === 4)).toBe(true);
  report.push({
    name: 'back to a page whose events were adopted',
    tracked: 4,
    lost: 0,
    'extra wire copies': site.extraCopies,
  });
  await context.close();
});

test('page views of a single-page app: pushed, redirected, intercepted, each once', async () => {
  await using site = await Site.open(snippet);
  const context = await browser.newContext();
  const page = await openPage(context, `${site.origin}/a?views`);
  await site.until(() => site.events.size === 1);
  await page.evaluate(() => history.pushState(null, '', '/pushed'));
  await site.until(() => site.events.size === 2);
  await page.evaluate(() => {
    history.pushState(null, '', '/redirecting');
    history.replaceState(null, '', '/redirected');
  });
  await site.until(() => site.events.size === 3);
  await page.evaluate(() => {
    navigation.addEventListener('navigate', (event) => event.canIntercept && event.intercept());
    navigation.navigate('/intercepted');
  });
  await site.until(() => site.events.size === 4);
  await page.evaluate(() => history.pushState(null, '', '#hash'));
  await page.evaluate(() => history.back());
  await page.evaluate(() => history.back());
  await site.until(() => site.events.size === 5);
  const urls = [...site.events.values()].map(({ data }) => (data as { url: string }).url.replace(site.origin, ''));
  expect(urls).toEqual(['/a?views', '/pushed', '/redirected', '/intercepted', '/redirected']);
  report.push({ name: 'single-page app views', tracked: 5, lost: 0, 'extra wire copies': site.extraCopies });
  await context.close();
});

test.each(['/?strict', '/?strict&tag'])(
  'under a nonce-only policy with Trusted Types %s delivers without a violation',
  async (path) => {
    await using site = await Site.open(snippet);
    const context = await browser.newContext();
    const page = await openPage(context, site.origin + path);
    await track(page, [1]);
    expect(await site.until(() => site.events.size === 1)).toBe(true);
    expect(await page.evaluate(() => (globalThis as unknown as { violations: number }).violations)).toBe(0);
    report.push({ name: `strict policy ${path}`, tracked: 1, lost: 0, 'extra wire copies': site.extraCopies });
    await context.close();
  },
);
