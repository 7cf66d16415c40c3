// needs: chromium
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';

const readme = path.join(import.meta.dirname, '../../../README.md');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** A site that has pasted the README's snippet, and the collector it names. */
async function site(html: string) {
  const snippet = await readFile(createRequire(import.meta.url).resolve('@eventstream/tracker/snippet.js'));
  const received: { readonly type: string; readonly data: unknown }[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === '/snippet.js') return response.setHeader('content-type', 'text/javascript').end(snippet);
    if (request.method !== 'POST') return response.setHeader('content-type', 'text/html').end(`<!doctype html>${html}`);
    const body = Buffer.concat(await request.toArray()).toString();
    const { events } = JSON.parse(body) as { events: { id: string; type: string; data: unknown }[] };
    received.push(...events.map(({ type, data }) => ({ type, data })));
    const results = Object.fromEntries(events.map(({ id }) => [id, { r: 'ok' }]));
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close: () => server.close() };
}

test('the snippet of the README, pasted, delivers clicks made before and after its script has loaded', {
  timeout: 60_000,
}, async () => {
  const [, html] = /```html\n(.*?)```/s.exec(await readFile(readme, 'utf8')) ?? [];
  if (html === undefined) throw new Error('README.md shows no page to paste the tracker into.');
  const shop = await site(html.replace('https://collect.example.com', ''));
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags,
  });
  try {
    const page = await browser.newPage();
    let load: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      load = resolve;
    });
    await page.route('**/snippet.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(shop.url, { waitUntil: 'commit' });
    await page.click('button');
    load();
    await page.waitForFunction(() => typeof (globalThis as { eventstream?: unknown }).eventstream === 'function');
    await page.click('button');
    const click = { type: 'shop.cart.changed', data: { sku: 'lamp', quantity: 1 } };
    await expect.poll(() => shop.received, { timeout: 10_000 }).toEqual([click, click]);
  } finally {
    await browser.close();
    shop.close();
  }
});
