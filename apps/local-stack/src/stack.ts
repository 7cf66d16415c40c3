import { startMockBroker } from '@eventstream/mock-broker';
import { kafka } from '@eventstream/transport-kafka';
import { startCollector } from '@eventstream-apps/collector';
import { startLiveDashboard } from '@eventstream-apps/live-dashboard';
import { startOrdersApi } from '@eventstream-apps/orders-api';
import { startOrdersWorker } from '@eventstream-apps/orders-worker';
import { shopTopics } from '@eventstream-apps/shop-contracts';
import { startStorefront } from '@eventstream-apps/storefront-web';
import { Journeys } from './journeys.ts';
import { choosePort } from './ports.ts';

const wantedPorts = { shop: 8080, collector: 8081, ordersApi: 8082, live: 8083, broker: 9092 };

/** What to start. */
export interface StackSettings {
  /** A real cluster's bootstrap servers. Default: a mock broker is started. */
  readonly brokers?: string | undefined;
  readonly log?: (line: string) => void;
}

/** Everything, running. */
export interface Stack {
  readonly urls: {
    readonly shop: string;
    readonly collector: string;
    readonly ordersApi: string;
    readonly live: string;
  };
  readonly brokers: string;
  readonly mock: boolean;
  /** Sentences about ports that were taken. */
  readonly notices: readonly string[];
  readonly journeys: Journeys;
  /** Drains front to back and says what each part did. */
  close(): Promise<readonly string[]>;
}

async function startBroker(brokers: string | undefined, port: number) {
  if (brokers === undefined) {
    const topics = shopTopics.map(({ topic, partitions }) => ({ name: topic, partitions }));
    const broker = await startMockBroker({ port, topics });
    return { brokers: broker.bootstrapServers, mock: true, close: () => broker.close() };
  }
  const admin = kafka({ brokers, clientId: 'local-stack' });
  await admin.connect();
  await admin.createTopics(shopTopics);
  await admin.close();
  return { brokers, mock: false, close: () => Promise.resolve() };
}

/** Starts the whole path on loopback, ready for the first click when it resolves. */
export async function startStack({ brokers, log }: StackSettings): Promise<Stack> {
  const ports = Object.fromEntries(
    await Promise.all(
      Object.entries(wantedPorts).map(async ([name, wanted]) => [name, await choosePort(wanted)] as const),
    ),
  ) as Record<keyof typeof wantedPorts, { port: number; wanted: number }>;
  const notices = Object.entries(ports)
    .filter(([name, { port, wanted }]) => port !== wanted && !(name === 'broker' && brokers !== undefined))
    .map(([name, { port, wanted }]) => `Port ${wanted} is taken: the ${name} uses ${port} instead.`);

  const broker = await startBroker(brokers, ports.broker.port);
  const links = { collector: '', ordersApi: '' };
  const storefront = await startStorefront({ port: ports.shop.port, links: () => links });
  const origins = [storefront.url, storefront.url.replace('127.0.0.1', 'localhost')];
  const [collector, ordersApi, live] = await Promise.all([
    startCollector({ brokers: broker.brokers, port: ports.collector.port, origins }),
    startOrdersApi({ brokers: broker.brokers, port: ports.ordersApi.port, origins }),
    startLiveDashboard({ brokers: broker.brokers, port: ports.live.port }),
  ]);
  Object.assign(links, { collector: collector.url, ordersApi: ordersApi.url });

  const stopping = new AbortController();
  const worker = startOrdersWorker({ brokers: broker.brokers, signal: stopping.signal, ...(log ? { log } : {}) });
  const journeys = new Journeys();
  journeys.watch({ collector: collector.moments, ordersApi: ordersApi.moments, worker: worker.moments });
  await worker.ready;

  return {
    urls: { shop: storefront.url, collector: collector.url, ordersApi: ordersApi.url, live: live.url },
    brokers: broker.brokers,
    mock: broker.mock,
    notices,
    journeys,
    async close() {
      await storefront.close();
      await Promise.all([collector.close(), ordersApi.close()]);
      stopping.abort();
      const report = await worker.done;
      await live.close();
      await broker.close();
      const { accepted, refused, sent, handled, retried, dead } = journeys.counts;
      return [
        `collector      accepted ${accepted}, refused ${refused}`,
        `orders-api     sent ${sent}`,
        `orders-worker  handled ${handled}, retried ${retried}, dead-lettered ${dead}, unfinished ${report.unfinished}`,
      ];
    },
  };
}
