import type { Benchmark } from '../harness/context.ts';
import { processCost } from '../harness/process-cost.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row } from '../harness/row.ts';
import { type BrokerPeer, ours, peersOf } from '../support/broker-peers.ts';
import { compareBrokers } from '../support/compare-brokers.ts';
import { topic } from '../support/contract.ts';

const pace = { messages: 1000, perSecond: 200 };
const groups = 10;

async function measure(broker: BrokerPeer) {
  await using server = await broker.start();
  const before = await processCost(server.pid);
  const { p50, p99 } = await measureIn<{ p50: number; p99: number }>('latency.py', {
    brokers: server.brokers,
    topic,
    ...pace,
  });
  const after = await processCost(server.pid);
  const cpu = (after.cpuMicros - before.cpuMicros) / pace.messages;
  const group = await measureIn<{ median: number }>('group.py', { brokers: server.brokers, topic, groups });
  return { p50: { value: p50, cpu }, p99: { value: p99, cpu }, group: { value: group.median } };
}

const shown = { benchmark: 'broker-latency', unit: 'ms', better: 'less' } as const;
const what = `librdkafka, from produce to consume, ${pace.perSecond} messages/s of 200 B, open loop, no linger`;

const rows: Readonly<Record<'p50' | 'p99' | 'group', Omit<Row, 'ours' | 'peer'>>> = {
  p50: { ...shown, what: `${what}, p50; CPU of the broker`, goal: { of: 'value', bound: 1 } },
  p99: { ...shown, what: `${what}, p99; CPU of the broker`, goal: { of: 'value', bound: 5 } },
  group: {
    ...shown,
    what: `librdkafka, from \`subscribe\` to the partitions of a new group, median of ${groups}`,
    goal: { of: 'value', bound: 20 },
  },
};

/** How soon what is produced is consumed, and how soon a group has its partitions. */
export const brokerLatency: Benchmark = {
  name: 'broker-latency',
  group: 'brokers',
  run: (context) =>
    compareBrokers(context, { label: 'broker-latency', ours: ours(), peers: peersOf(context), measure, rows }),
};
