import { report, settings } from '../harness/child-side.ts';
import { percentile } from '../harness/stats.ts';
import { launchChromium } from '../support/browser.ts';
import { trackedPage } from '../support/page.ts';

const { calls, slowdown } = settings<{ calls: number; slowdown: number }>();

/** Runs in the page: one call of `track` per task, as clicks come, each timed by itself. */
async function timeCalls(count: number): Promise<number[]> {
  const { eventstream } = globalThis as unknown as { eventstream: (type: string, data: unknown) => void };
  const took: number[] = [];
  for (let call = 0; call < count; call += 1) {
    const began = performance.now();
    eventstream('shop.cart.changed', { sku: 'lamp', quantity: call });
    took.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return took;
}

await using site = await trackedPage();
const browser = await launchChromium();
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'flush' in ((globalThis as { eventstream?: object }).eventstream ?? {}));
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.evaluate(timeCalls, 50);
  const took = await page.evaluate(timeCalls, calls);
  const meanMs = took.reduce((sum, one) => sum + one, 0) / took.length;
  report({ meanMs, p99Ms: percentile(took, 0.99), worstMs: Math.max(...took) });
} finally {
  await browser.close();
}
