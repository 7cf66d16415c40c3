import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { createManualClock, createMemoryCluster, type MemoryTransportOptions } from '@eventstream/core/testing';
import { z } from 'zod';
import { createCollector } from '../collector.ts';
import type { CollectorOptions } from '../options.ts';
import type { EventResult } from '../results.ts';

/** The catalog of the collector's own tests. */
export const shop = defineCatalog([
  defineEvent('shop.cart.changed', {
    version: 1,
    topic: 'shop.carts',
    data: z.object({ sku: z.string(), quantity: z.int().default(1), more: z.unknown().optional() }),
  }),
  defineEvent('shop.page.seen', { version: 1, topic: 'shop.pages', data: z.object({ url: z.string() }) }),
]);

export const origin = 'https://shop.example';
export const writeKeys = { pub_shop: { origins: [origin] }, pub_closed: { origins: [], allowNoOrigin: false } };

/** An event as a tracker sends it. */
export function tracked(id: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id,
    type: 'shop.cart.changed',
    time: 1_750_000_000_000,
    visitor: 'visitor-1',
    session: 'session-1',
    data: { sku: 'A1' },
    ...more,
  };
}

/** A collector on a memory cluster, a clock that stands still, and a jitter that is none. */
export function collectorOnMemory(
  options: Partial<CollectorOptions<typeof shop>> = {},
  transportOptions: MemoryTransportOptions = {},
) {
  const cluster = createMemoryCluster({ topics: { 'shop.carts': 3, 'shop.pages': 1 }, autoCreate: false });
  const clock = createManualClock();
  const transport = cluster.transport(transportOptions);
  const base = { catalog: shop, transport, writeKeys, clock, random: () => 0 };
  const collector = createCollector({ ...base, ...options } as CollectorOptions<typeof shop>);
  return { cluster, clock, collector, transport };
}

/** A request as a tracker makes it; `init` replaces parts of it. */
export function eventsRequest(body: unknown, init: RequestInit & { readonly url?: string } = {}): Request {
  const { url = 'http://collector.test/v1/events?k=pub_shop', ...rest } = init;
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin },
    body: text as string,
    ...rest,
  });
}

/** A body with events, sent at the time of the tests' clock. */
export const batch = (...events: readonly unknown[]) => ({ sentAt: 1_750_000_000_000, events });

/** The results in a response. */
export async function resultsOf(response: Response): Promise<Readonly<Record<string, EventResult>>> {
  return ((await response.json()) as { readonly results: Readonly<Record<string, EventResult>> }).results;
}

/** The code of a refused request. */
export async function refusalOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { readonly error: unknown };
  return error;
}
