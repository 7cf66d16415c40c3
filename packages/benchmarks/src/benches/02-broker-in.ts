import type { BenchContext, Benchmark } from '../harness/context.ts';
import { processCost } from '../harness/process-cost.ts';
import { measureIn } from '../harness/processes.ts';
import type { Goal, Row } from '../harness/row.ts';
import { type BrokerPeer, librdkafkaMock, ours, peersOf } from '../support/broker-peers.ts';
import { compareBrokers } from '../support/compare-brokers.ts';
import { topic } from '../support/contract.ts';

interface Fed {
  readonly perSecond: number;
  readonly fed: number;
}

interface Load {
  readonly bytes: number;
  readonly messages: number;
  readonly size: string;
  readonly goal?: Goal;
  /** At most so many messages in a batch. Default: the client's. */
  readonly together?: number;
}

const MiB = 1024 * 1024;
/** What librdkafka's mock keeps of a partition, and cannot be told otherwise. */
const peerKeeps = 5 * MiB;

const small: Load = { bytes: 100, messages: 1_000_000, size: '100 B', goal: { of: 'ratio', bound: 1 } };
const large: Load = { bytes: 1000, messages: 300_000, size: '1 KB', goal: { of: 'value', bound: 800_000 } };

const single: Load = { bytes: 100, messages: 50_000, size: '100 B, each in a request of its own', together: 1 };

async function measure(broker: BrokerPeer, { bytes, messages, together }: Load) {
  await using server = await broker.start();
  const before = await processCost(server.pid);
  const feed = { brokers: server.brokers, topic, bytes, messages, together };
  const { perSecond, fed } = await measureIn<Fed>('feed.py', feed);
  const after = await processCost(server.pid);
  return { rate: { value: perSecond, cpu: (after.cpuMicros - before.cpuMicros) / fed } };
}

function rowsOf(
  context: BenchContext,
  load: Load,
  sides: { ours: BrokerPeer; peers: readonly BrokerPeer[]; note: string },
) {
  return compareBrokers(context, {
    label: `broker-in ${load.size}${sides.note}`,
    ours: sides.ours,
    peers: sides.peers,
    measure: (broker) => measure(broker, load),
    rows: {
      rate: {
        benchmark: 'broker-in',
        what: `librdkafka feeds ${load.messages.toLocaleString('en')} messages of ${load.size}, acks all, linger 5 ms${sides.note}; CPU of the broker`,
        unit: 'messages/s',
        better: 'more',
        ...(load.goal && { goal: load.goal }),
      },
    },
  });
}

/** How fast the mock broker takes what the fastest client sends, beside the mock that this client brings itself. */
export const brokerIn: Benchmark = {
  name: 'broker-in',
  group: 'brokers',
  async run(context) {
    const all = { ours: ours(), peers: peersOf(context), note: '' };
    const bounded = { ours: ours(peerKeeps), peers: [librdkafkaMock], note: ', both keep 5 MiB per partition' };
    const rows: Row[] = [];
    rows.push(...(await rowsOf(context, small, all)));
    rows.push(...(await rowsOf(context, large, all)));
    rows.push(...(await rowsOf(context, large, bounded)));
    rows.push(...(await rowsOf(context, single, all)));
    return rows;
  },
};
