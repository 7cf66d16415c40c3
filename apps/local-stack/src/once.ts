import { randomBytes, randomUUID } from 'node:crypto';
import { createIdSource } from '@eventstream/core';
import { shopWriteKey } from '@eventstream-apps/shop-contracts';
import type { Journey } from './journeys.ts';
import type { Stack } from './stack.ts';

const settleMs = 20_000;
const nextId = createIdSource();

function tracked(type: string, data: object) {
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return { id: nextId(), type, time: Date.now(), traceparent, data };
}

/** A visit without a browser: the very request the tracker makes, then an order as the page's script places it. */
async function visit({ urls, journeys }: Stack): Promise<readonly string[]> {
  const orderId = randomUUID();
  const [visitor, session, page] = [randomUUID(), randomUUID(), `${urls.shop}/`];
  const events = [
    tracked('shop.page.viewed', { url: page, referrer: '', title: 'Corner Shop' }),
    tracked('shop.cart.changed', { sku: 'lamp', quantity: 1 }),
    tracked('shop.checkout.started', { orderId, sku: 'lamp', click: 1 }),
  ].map((event) => ({ ...event, visitor, session, page }));
  for (const { id, type } of events) journeys.note(id, type, 'page tracks it');

  const origin = urls.shop;
  const answer = await fetch(`${urls.collector}/v1/events?k=${shopWriteKey}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin },
    body: JSON.stringify({ sentAt: Date.now(), events }),
  });
  if (!answer.ok) throw new Error(`The collector answered ${answer.status}: ${await answer.text()}`);
  await answer.text();

  const order = await fetch(`${urls.ordersApi}/orders`, {
    method: 'POST',
    headers: { origin },
    body: JSON.stringify({ orderId, sku: 'lamp' }),
  });
  if (!order.ok) throw new Error(`The orders API answered ${order.status}: ${await order.text()}`);
  const { event } = (await order.json()) as { event: string };
  return [...events.map(({ id }) => id), event];
}

function describe({ id, type, hops, settled }: Journey): readonly string[] {
  const start = hops[0]?.at ?? 0;
  const steps = hops.map(({ at, text }) => `  ${`+${(at - start).toFixed(1)} ms`.padStart(10)}  ${text}`);
  const verdict =
    settled.length === 1 && settled[0] === 'done'
      ? 'handled exactly once'
      : `settled ${settled.length} times: ${settled.join(', ') || 'never'}`;
  return [`${type}  ${id}`, ...steps, `  ${'='.padStart(10)}  ${verdict}`, ''];
}

/** Runs one visit, prints each event's journey and says whether every offered event was handled exactly once. */
export async function runOnce(stack: Stack, print: (line: string) => void): Promise<boolean> {
  const ids = await visit(stack);
  await stack.journeys.allSettled(ids, settleMs);
  // Closing drains the worker: a second handling of any event would have happened by then.
  const report = await stack.close();
  const journeys = ids.flatMap((id) => stack.journeys.of(id) ?? []);
  for (const line of journeys.flatMap(describe)) print(line);
  for (const line of report) print(line);
  const once = journeys.filter(({ settled }) => settled.length === 1 && settled[0] === 'done').length;
  print(`${once} of ${ids.length} events handled exactly once`);
  return once === ids.length;
}
