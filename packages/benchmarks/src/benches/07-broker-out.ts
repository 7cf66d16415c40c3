import type { Benchmark } from '../harness/context.ts';
import { processCost } from '../harness/process-cost.ts';
import { measureIn } from '../harness/processes.ts';
import { type BrokerPeer, ours, partitions, peersOf } from '../support/broker-peers.ts';
import { compareBrokers } from '../support/compare-brokers.ts';
import { topic } from '../support/contract.ts';

interface Drained {
  readonly bytesPerSecond: number;
  readonly read: number;
}

const bytes = 1000;
const stored = 300_000;
const MB = 1e6;

async function measure(broker: BrokerPeer) {
  await using server = await broker.start();
  await measureIn('feed.py', { brokers: server.brokers, topic, bytes, messages: stored });
  const before = await processCost(server.pid);
  const { bytesPerSecond, read } = await measureIn<Drained>('drain.py', { brokers: server.brokers, topic, partitions });
  const after = await processCost(server.pid);
  return { rate: { value: bytesPerSecond / MB, cpu: (after.cpuMicros - before.cpuMicros) / read } };
}

/** How fast the mock broker hands out what it stores; librdkafka's mock has 20 MB of it, for it keeps no more. */
export const brokerOut: Benchmark = {
  name: 'broker-out',
  group: 'brokers',
  run: (context) =>
    compareBrokers(context, {
      label: 'broker-out',
      ours: ours(),
      peers: peersOf(context),
      measure,
      rows: {
        rate: {
          benchmark: 'broker-out',
          what: `librdkafka reads what is stored of 350,000 messages of 1 KB, four partitions, no group; CPU of the broker per message`,
          unit: 'MB/s',
          better: 'more',
          goal: { of: 'value', bound: 450 },
        },
      },
    }),
};
