import { javaTools, runToEnd } from '@eventstream/tooling';
import type { Benchmark } from '../harness/context.ts';
import type { Goal, Row } from '../harness/row.ts';
import { type ClientSide, librdkafkaSide, type NodeClient, nodeSide } from '../support/client-peers.ts';
import { compareClients } from '../support/compare-clients.ts';
import { topic } from '../support/contract.ts';

interface Load {
  readonly what: string;
  readonly bytes: number;
  readonly keyed: boolean;
  /** Records on their way at most: about two megabytes, and four of large ones. */
  readonly outstanding: number;
  /** Enough for about a second of each client. */
  readonly events: Readonly<Record<NodeClient | 'librdkafka', number>>;
  readonly goal: Goal;
}

const smallEvents = { ours: 1_500_000, librdkafka: 1_000_000, platformatic: 400_000, kafkajs: 150_000 };
const largeEvents = { ours: 300_000, librdkafka: 300_000, platformatic: 100_000, kafkajs: 40_000 };

const loads: readonly Load[] = [
  {
    what: '100 B',
    bytes: 100,
    keyed: false,
    outstanding: 16_000,
    events: smallEvents,
    goal: { of: 'value', bound: 1_200_000, cpu: 0.7 },
  },
  {
    what: '100 B with a key and a trace header',
    bytes: 100,
    keyed: true,
    outstanding: 12_000,
    events: smallEvents,
    goal: { of: 'value', bound: 1_000_000, cpu: 1 },
  },
  {
    what: '1 KB',
    bytes: 1000,
    keyed: false,
    outstanding: 4000,
    events: largeEvents,
    goal: { of: 'value', bound: 500_000, cpu: 1.2 },
  },
];

/** Kafka's own measuring tool. It tells rates and no CPU, and its JVM warms up within what is measured. */
function javaSide({ bytes, events }: Load): ClientSide {
  return {
    name: 'Java client',
    needs: ['java'],
    async measure(brokers) {
      const { java, classPath } = await javaTools();
      // Compiled fully, which the tools of tests are not.
      const output = await runToEnd(java, [
        ...['-Xmx512m', '-cp', classPath, 'org.apache.kafka.tools.ProducerPerformance'],
        ...[
          '--topic',
          topic,
          '--record-size',
          String(bytes),
          '--throughput',
          '-1',
          '--num-records',
          String(events.ours),
        ],
        ...['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all'],
      ]);
      const told = [...output.matchAll(/([\d.]+) records\/sec/g)].at(-1)?.[1];
      if (told === undefined) throw new Error(`ProducerPerformance told no rate:\n${output}`);
      return { perSecond: Number(told) };
    },
  };
}

function sidesOf(load: Load): readonly [ClientSide, ...ClientSide[]] {
  const { bytes, keyed, outstanding, events } = load;
  const node = (client: NodeClient) =>
    nodeSide(client, 'client-produce', { bytes, keyed, outstanding, events: events[client] });
  // The tools of librdkafka and Java send neither keys nor headers.
  const others = keyed
    ? []
    : [librdkafkaSide('feed.py', { topic, bytes, messages: events.librdkafka, idempotent: true }), javaSide(load)];
  return [node('ours'), ...others, node('platformatic'), node('kafkajs')];
}

/** How fast clients send, and what it costs them. */
export const clientProduce: Benchmark = {
  name: 'client-produce',
  group: 'client',
  async run(context) {
    const rows: Row[] = [];
    for (const load of loads) {
      const compared = await compareClients(context, {
        benchmark: 'client-produce',
        what: `${load.what}, acks all; ours: one \`append\`, one promise each, idempotent; peers: lists`,
        unit: 'records/s',
        sides: sidesOf(load),
        goal: load.goal,
      });
      rows.push(...compared);
    }
    return rows;
  },
};
