import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row } from '../harness/row.ts';
import { mockBroker, realKafka } from '../support/brokers.ts';

const partitions = 4;
const loops = { width: 1000, warmUpMs: 1000, measureMs: 2000 };
const bytes = 200;

interface Sent {
  readonly perSecond: number;
  readonly cpuPerEvent: number;
}

type Brokers = () => Promise<AsyncDisposable & { readonly brokers: string }>;

async function freshMockBroker() {
  const server = await mockBroker(partitions);
  return { brokers: server.ready.brokers, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function rowOn(context: BenchContext, where: string, brokers: Brokers): Promise<Row> {
  const measure = (client: 'sdk' | 'kafkajs') => async () => {
    await using broker = await brokers();
    return await measureIn<Sent>('single-send', { client, brokers: broker.brokers, bytes, loops });
  };
  const label = `single-send on ${where}`;
  const { sdk, peer } = await interleave(context, label, { sdk: measure('sdk'), peer: measure('kafkajs') });
  const side = (name: string, sent: readonly Sent[]) => ({
    name,
    values: sent.map(({ perSecond }) => perSecond),
    cpu: sent.map(({ cpuPerEvent }) => cpuPerEvent),
  });
  return {
    benchmark: 'single-send',
    what: `1,000 concurrent \`send\` of one ${bytes} B event, acks all, ${where}`,
    unit: 'events/s',
    better: 'more',
    ours: side('SDK on kafkajs', sdk),
    peer: side('bare kafkajs', peer),
    goal: { of: 'ratio', bound: 8 },
  };
}

/** Many small sends at once, the way services send: each for itself, none in a batch of the caller's. */
export const singleSend: Benchmark = {
  name: 'single-send',
  group: 'events',
  async run(context) {
    const rows = [await rowOn(context, 'mock broker', freshMockBroker)];
    if (!context.kafka) return rows;
    const absent = context.absent('java');
    if (absent !== undefined) {
      context.say(`single-send on Kafka 4.3.1 needs Java: ${absent}`);
      return rows;
    }
    await using kafka = await realKafka(partitions);
    const shared = async () => ({ brokers: kafka.brokers, [Symbol.asyncDispose]: async () => undefined });
    return [...rows, await rowOn(context, 'Kafka 4.3.1', shared)];
  },
};
