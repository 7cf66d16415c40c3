import type { AnyCatalog } from '@eventstream/contracts';
import { MomentHub, type WaitOptions } from '@eventstream/core';
import { createProducer, type Producer, type ProducerCloseReport } from '@eventstream/producer';
import { Access } from './access.ts';
import type { Answer, Exchange } from './exchange.ts';
import { fetchExchange, fetchResponse } from './fetch-exchange.ts';
import { Health, type Readiness } from './health.ts';
import { type CollectorOptions, resolveOptions } from './options.ts';
import { RecentIds } from './recent-ids.ts';
import { Router } from './router.ts';

/** Turns HTTP requests of trackers into events on topics. Made by {@link createCollector}. */
export interface Collector {
  /** Where the collector publishes its moments: `collector.accepted`, `.refused`, `.request`. */
  readonly moments: MomentHub;
  /** Where events are posted. */
  readonly path: string;

  /** The answer to a request; never rejects. Answers `path` (events), `/livez` and `/readyz`, and 404 for the rest. */
  fetch(request: Request): Promise<Response>;

  /** The same for servers that do not speak fetch: one request in, one answer out. Never rejects. */
  handle(exchange: Exchange): Promise<Answer>;

  /**
   * Whether events sent now would reach the brokers, as far as is known: connected, and no event failed for their sake in the
   * last ten seconds. Connects if that has not happened; waits for it two seconds at most. Never rejects.
   */
  readiness(): Promise<Readiness>;

  /** From now on readiness is false and new requests are answered 503; what is in flight goes on. */
  drain(): void;

  /**
   * Drains, then closes the producer if it is the collector's own and gives its report; `undefined` when the producer is
   * shared. Await the requests in flight first: the node server does.
   */
  close(options?: WaitOptions): Promise<ProducerCloseReport | undefined>;

  /** `close()` with its default deadline. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** An HTTP answer must come soon: these are the patience of a page, not that of a batch job. */
function ownProducer<Source extends AnyCatalog>(options: CollectorOptions<Source>): Producer<AnyCatalog> | undefined {
  const { catalog, transport, source = 'web', clock, instrumentation } = options;
  if (transport === undefined) return undefined;
  return createProducer<AnyCatalog>({
    catalog,
    source,
    transport,
    connectTimeout: '5s',
    fullTimeout: '5s',
    ...(clock === undefined ? {} : { clock }),
    ...(instrumentation === undefined ? {} : { instrumentation }),
  });
}

/**
 * A collector: checks tracked events against the catalog, sends them, and says of each what became of it. 2xx never means
 * more than it says: `ok` comes after the brokers' receipt. It does nothing, and reaches no broker, until it is used. Throws
 * `config-invalid` for options that cannot work.
 *
 * @example
 * ```ts
 * import { createCollector } from '@eventstream/collector';
 * import { defineCatalog, defineEvent } from '@eventstream/contracts';
 * import { createMemoryCluster } from '@eventstream/core/testing';
 * import { z } from 'zod';
 *
 * const shop = defineCatalog([
 *   defineEvent('shop.cart.changed', { version: 1, topic: 'shop.carts', data: z.object({ sku: z.string() }) }),
 * ]);
 * await using collector = createCollector({
 *   catalog: shop,
 *   transport: createMemoryCluster().transport(),
 *   writeKeys: { pub_shop: { origins: ['http://localhost:8080'] } },
 * });
 * const event = { id: 'e-1', type: 'shop.cart.changed', time: 0, visitor: 'v-1', session: 's-1', data: { sku: 'A1' } };
 * const response = await collector.fetch(
 *   new Request('http://localhost/v1/events?k=pub_shop', {
 *     method: 'POST',
 *     body: JSON.stringify({ sentAt: 0, events: [event] }),
 *   }),
 * );
 * console.assert((await response.text()) === '{"results":{"e-1":{"r":"ok"}}}');
 * ```
 */
export function createCollector<const Source extends AnyCatalog>(options: CollectorOptions<Source>): Collector {
  const settings = resolveOptions(options);
  const access = new Access(options.writeKeys);
  const own = ownProducer(options);
  const producer = own ?? (options.producer as Producer<AnyCatalog>);
  const moments = new MomentHub();
  const health = new Health(settings.clock, (wait) => producer.connect(wait));
  const router = new Router({
    settings,
    access,
    health,
    moments,
    producer,
    recent: new RecentIds(settings.limits.recentIds),
  });
  for (const one of options.instrumentation ?? []) one.attach(moments);
  const close = async (wait?: WaitOptions) => {
    health.close();
    return own?.close(wait);
  };
  return {
    moments,
    path: settings.path,
    fetch: async (request) => fetchResponse(await router.answer(fetchExchange(request))),
    handle: (exchange) => router.answer(exchange),
    readiness: () => health.readiness(),
    drain: () => health.close(),
    close,
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
