import { createCollector } from '@eventstream/collector';
import { serve } from '@eventstream/collector/node';
import { kafka } from '@eventstream/transport-kafka';
import { shop, shopWriteKey } from '@eventstream-apps/shop-contracts';

/** What the collector of the shop needs to know. */
export interface CollectorSettings {
  readonly brokers: string;
  readonly port: number;
  readonly host?: string;
  /** Origins whose pages may send, such as `http://localhost:8080`. */
  readonly origins: readonly string[];
}

/** Starts the collector of the shop. Closing it answers what is in flight and flushes what was accepted. */
export async function startCollector({ brokers, port, host = '127.0.0.1', origins }: CollectorSettings) {
  const collector = createCollector({
    catalog: shop,
    transport: kafka({ brokers, clientId: 'collector' }),
    writeKeys: { [shopWriteKey]: { origins } },
  });
  const server = await serve(collector, { port, host });
  return { url: server.url, moments: collector.moments, close: () => server.close({ timeoutMs: 10_000 }) };
}
