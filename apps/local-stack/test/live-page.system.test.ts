// needs: chromium
import { randomUUID } from 'node:crypto';
import { shopWriteKey } from '@eventstream-apps/shop-contracts';
import { chromium, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Stack, startStack } from '../src/stack.ts';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const requests = 100;
const eventsEach = 100;

async function trackMany({ urls }: Stack): Promise<void> {
  for (let request = 0; request < requests; request += 1) {
    const events = Array.from({ length: eventsEach }, (_, index) => ({
      id: randomUUID(),
      type: 'shop.cart.changed',
      time: Date.now(),
      visitor: `visitor-${index % 7}`,
      session: 'session-1',
      data: { sku: `sku-${request}`, quantity: index % 99 },
    }));
    const answer = await fetch(`${urls.collector}/v1/events?k=${shopWriteKey}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: urls.shop },
      body: JSON.stringify({ sentAt: Date.now(), events }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
}

const count = async (page: Page, id: string) => Number((await page.textContent(`#${id}`))?.replaceAll(',', ''));

test('the live page shows 10,000 events with a screenful of elements, filters, opens one by keyboard, pauses', {
  timeout: 120_000,
}, async () => {
  const stack = await startStack({});
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags,
  });
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(stack.urls.live);
    await trackMany(stack);
    await expect.poll(() => count(page, 'accepted'), { timeout: 20_000 }).toBe(requests * eventsEach);
    await expect.poll(() => count(page, 'handled'), { timeout: 20_000 }).toBe(requests * eventsEach);
    expect(await page.locator('#space .row').count()).toBeLessThan(100);
    expect(await page.getAttribute('#scroller', 'aria-rowcount')).toBe(String(requests * eventsEach + 1));

    await page.fill('#filter', 'sku-42"');
    await expect.poll(() => page.textContent('#status')).toContain('100 of 10000 shown');
    await page.focus('#scroller');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(JSON.parse((await page.textContent('#payload')) ?? '')).toMatchObject({ sku: 'sku-42' });
    expect(await page.textContent('#headers')).toContain('ce_type: shop.cart.changed');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.isVisible('#detail')).toBe(false);

    await page.click('#pause');
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true');
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await stack.close();
  }
});
