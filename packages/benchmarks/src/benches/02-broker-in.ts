import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn, type Server, serveIn } from '../harness/processes.ts';
import type { Row, Side } from '../harness/row.ts';
import { mockBroker } from '../support/brokers.ts';
import { topic } from '../support/contract.ts';

// librdkafka's mock gives a topic four partitions when it is first asked for.
const partitions = 4;

interface Fed {
  readonly perSecond: number;
  readonly fed: number;
}

interface Load {
  readonly bytes: number;
  readonly messages: number;
  readonly size: string;
  readonly goal?: number;
}

const loads: readonly Load[] = [
  { bytes: 100, messages: 1_000_000, size: '100 B', goal: 0.5 },
  { bytes: 1000, messages: 300_000, size: '1 KB' },
];

const ours = 'mock broker';
const peer = "librdkafka's mock";

async function measure(start: () => Promise<Server<{ brokers: string }>>, { bytes, messages }: Load) {
  await using broker = await start();
  const { perSecond, fed } = await measureIn<Fed>('feed.py', { brokers: broker.ready.brokers, topic, bytes, messages });
  const { cpuMicros } = await broker.stop();
  return { perSecond, brokerCpuPerEvent: cpuMicros / fed };
}

type Measured = Awaited<ReturnType<typeof measure>>;

function sideOf(name: string, measured: readonly Measured[]): Side {
  return {
    name,
    values: measured.map(({ perSecond }) => perSecond),
    cpu: measured.map(({ brokerCpuPerEvent }) => brokerCpuPerEvent),
  };
}

async function rowOf(context: BenchContext, load: Load): Promise<Row> {
  const row = {
    benchmark: 'broker-in',
    what: `librdkafka feeds ${load.messages.toLocaleString('en')} messages of ${load.size}, acks all, linger 5 ms; CPU of the broker`,
    unit: 'messages/s',
    better: 'more',
    ...(load.goal === undefined ? {} : { goal: { of: 'ratio', bound: load.goal } as const }),
  } as const;
  const absent = context.absent('confluent-kafka');
  if (absent !== undefined) {
    context.say(`broker-in needs librdkafka to feed the brokers: ${absent}`);
    return { ...row, ours: { name: ours, absent }, peer: { name: peer, absent } };
  }
  const measured = await interleave(context, `broker-in ${load.size}`, {
    ours: () => measure(() => mockBroker(partitions), load),
    peer: () => measure(() => serveIn('librdkafka-mock.py', {}), load),
  });
  return { ...row, ours: sideOf(ours, measured.ours), peer: sideOf(peer, measured.peer) };
}

/** How fast the mock broker takes what the fastest client sends, beside the mock that this client brings itself. */
export const brokerIn: Benchmark = {
  name: 'broker-in',
  async run(context) {
    const rows: Row[] = [];
    for (const load of loads) rows.push(await rowOf(context, load));
    return rows;
  },
};
