import type { Benchmark } from '../harness/context.ts';
import { processCost } from '../harness/process-cost.ts';
import { measureIn } from '../harness/processes.ts';
import { type BrokerPeer, librdkafkaMock, ours, peersOf } from '../support/broker-peers.ts';
import { compareBrokers } from '../support/compare-brokers.ts';

const cluster = { nodes: 3, times: 20 };
const MB = 1e6;

async function start(broker: BrokerPeer) {
  const program = broker.name === librdkafkaMock.name ? 'cluster-start.py' : 'cluster-start';
  const { first, middle } = await measureIn<{ first: number; middle: number }>(program, cluster);
  return { first: { value: first }, middle: { value: middle } };
}

async function idle(broker: BrokerPeer) {
  await using server = await broker.start();
  const { residentBytes } = await processCost(server.pid);
  return { memory: { value: residentBytes / MB } };
}

const quick = { benchmark: 'broker-start', unit: 'ms', better: 'less' } as const;
const what = `a cluster of ${cluster.nodes} nodes in a process that runs`;

/** What a test pays before its first line: time and memory. */
export const brokerStart: Benchmark = {
  name: 'broker-start',
  group: 'brokers',
  async run(context) {
    const started = await compareBrokers(context, {
      label: 'broker-start',
      ours: ours(),
      peers: [librdkafkaMock],
      measure: start,
      rows: {
        first: { ...quick, what: `${what}, the first`, goal: { of: 'value', bound: 5 } },
        middle: { ...quick, what: `${what}, median of ${cluster.times - 1} more` },
      },
    });
    const resting = await compareBrokers(context, {
      label: 'broker-start, memory',
      ours: ours(),
      peers: peersOf(context),
      measure: idle,
      rows: {
        memory: {
          benchmark: 'broker-start',
          what: 'a process with a node and a topic that nobody uses, resident memory',
          unit: 'MB',
          better: 'less',
          goal: { of: 'value', bound: 60 },
        },
      },
    });
    return [...started, ...resting];
  },
};
