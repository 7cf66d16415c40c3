// needs: java, maven, chromium
// needs: java, maven, chromium
import { createConsumer } from '@eventstream/consumer';
import { startRealKafka } from '@eventstream/tooling';
import { kafka } from '@eventstream/transport-kafka';
import { shop } from '@eventstream-apps/shop-contracts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startStack } from '../src/stack.ts';

const clicksPerVisitor = 50;
const reloadEvery = 10;
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Seen {
  readonly id: string;
  readonly visitor: string | undefined;
  readonly click: number;
  readonly traceparent: string | undefined;
}

/** A worker of its own on the topic, next to the sample's. */
function auditor(brokers: string) {
  const seen: Seen[] = [];
  const consumer = createConsumer({
    catalog: shop,
    group: 'audit',
    topics: ['shop.visits'],
    transport: kafka({ brokers }),
    handlers: {
      'shop.page.viewed': () => undefined,
      'shop.cart.changed': () => undefined,
      'shop.checkout.started': ({ id, subject, data, trace }) =>
        seen.push({ id, visitor: subject, click: data.click, traceparent: trace.traceparent }),
    },
  });
  return { seen, consumer, running: consumer.run() };
}

async function shopAt(browser: Browser, url: string, minted: Map<string, string>): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('request', (request) => {
    if (!request.url().includes('/v1/events')) return;
    const { events } = JSON.parse(request.postData() ?? '{"events":[]}') as {
      events: { id: string; traceparent: string }[];
    };
    for (const { id, traceparent } of events) minted.set(id, traceparent);
  });
  await page.goto(url);
  return page;
}

async function clickAndReload(page: Page): Promise<void> {
  for (let click = 1; click <= clicksPerVisitor; click += 1) {
    await page.click('button.buy[data-sku="lamp"]');
    if (click % reloadEvery === 0) await page.reload();
  }
}

test('100 clicks in Chromium across reloads reach a worker on a real Kafka once each, in order, with the trace of the page', {
  timeout: 180_000,
}, async () => {
  await using kafka = await startRealKafka();
  const stack = await startStack({ brokers: kafka.bootstrapServers });
  const audit = auditor(kafka.bootstrapServers);
  await audit.consumer.ready;
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags,
  });
  try {
    const minted = new Map<string, string>();
    const pages = await Promise.all([
      shopAt(browser, stack.urls.shop, minted),
      shopAt(browser, stack.urls.shop, minted),
    ]);
    await Promise.all(pages.map(clickAndReload));
    await expect.poll(() => audit.seen.length, { timeout: 30_000 }).toBe(2 * clicksPerVisitor);

    const visitors = new Set(audit.seen.map(({ visitor }) => visitor));
    expect(visitors.size).toBe(2);
    for (const visitor of visitors) {
      const clicks = audit.seen.filter((event) => event.visitor === visitor).map(({ click }) => click);
      expect(clicks).toEqual(Array.from({ length: clicksPerVisitor }, (_, index) => index + 1));
    }
    expect(new Set(audit.seen.map(({ id }) => id)).size).toBe(2 * clicksPerVisitor);
    for (const { id, traceparent } of audit.seen) {
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      // Requests that outlive their page are not all shown to the test; the others say what the page minted.
      if (minted.has(id)) expect(traceparent).toBe(minted.get(id));
    }
    expect(new Set(audit.seen.map(({ traceparent }) => traceparent)).size).toBe(2 * clicksPerVisitor);
    expect(audit.seen.filter(({ id }) => minted.has(id)).length).toBeGreaterThan(clicksPerVisitor);
  } finally {
    await browser.close();
    await audit.consumer.close();
    await audit.running;
    await stack.close();
  }
});
