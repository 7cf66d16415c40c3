import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A real Chromium without its own traffic, with the back/forward cache that Playwright otherwise turns off. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`There is no ${EXECUTABLE}. Install Chromium (apt-get install -y chromium) or set CHROMIUM.`);
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/** Opens a page and waits until the snippet has taken the stub's place. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  return page;
}

export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => 'flush' in ((globalThis as { eventstream?: object }).eventstream ?? {}), undefined, {
    timeout: 5_000,
  });
}

/** Tracks one event per number, in one turn. */
export async function track(page: Page, numbers: readonly number[], padding = 0): Promise<void> {
  await page.evaluate(
    ([ns, text]) => {
      const { eventstream } = globalThis as unknown as { eventstream: (type: string, data: unknown) => void };
      for (const n of ns) eventstream('site.number.seen', { n, text });
    },
    [numbers, 'x'.repeat(padding)] as const,
  );
}

/** Kills the renderer of a page, without a word to the page. */
export async function killRenderer(page: Page): Promise<void> {
  const gone = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => undefined);
  await gone;
}
