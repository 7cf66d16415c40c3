import { setTimeout as pause } from 'node:timers/promises';
import { createConsumer } from '@eventstream/consumer';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { shop } from '@eventstream-apps/shop-contracts';
import { report, settings } from '../harness/child-side.ts';
import { launchChromium } from '../support/browser.ts';
import { latencies, untilAll } from '../support/latencies.ts';

const { brokers, url, clicks, warmUp } = settings<{ brokers: string; url: string; clicks: number; warmUp: number }>();

// The shop refuses more than 99 of one thing in a cart.
const goods = ['lamp', 'chair', 'vase'];
const arrived: number[] = [];
const consumer = createConsumer({
  catalog: shop,
  group: 'bench',
  topics: ['shop.visits'],
  transport: kafkajs({ brokers }),
  handlers: {
    'shop.page.viewed': () => undefined,
    'shop.checkout.started': () => undefined,
    // The event's time is that of the click in the page, on the clock that this process reads too.
    'shop.cart.changed': ({ time }) => arrived.push(Date.now() - time),
  },
});
const running = consumer.run();
await consumer.ready;

const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.goto(url);
  for (let click = 1; click <= warmUp + clicks; click += 1) {
    await page.click(`button[data-add][data-sku="${goods[click % goods.length]}"]`);
    // People click one after the other; the next click is no part of this one's latency.
    await untilAll(arrived, click);
    await pause(20);
  }
} finally {
  await browser.close();
}
report(latencies(arrived.slice(warmUp)));
await consumer.close();
await running;
