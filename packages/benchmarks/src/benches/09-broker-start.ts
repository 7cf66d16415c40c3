import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { processCost } from '../harness/process-cost.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row } from '../harness/row.ts';
import { type BrokerPeer, librdkafkaMock, ours, peersOf } from '../support/broker-peers.ts';
import { compareBrokers } from '../support/compare-brokers.ts';
import { timeToFirstMetadata } from '../support/program-start.ts';

const cluster = { nodes: 3, times: 20 };
const MB = 1e6;
/** How often the program is started in a round. */
const STARTS = 5;

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

/** The program as a row of its own: no peer is started in this way. */
async function programRow(context: BenchContext): Promise<Row> {
  const label = 'broker-start, program';
  const { ours: values } = await interleave(context, label, { ours: medianStart });
  return {
    ...quick,
    what: `spawn of the program to its first answer to Metadata, median of ${STARTS}`,
    ours: { name: 'mock broker', values },
    goal: { of: 'value', bound: 150 },
  };
}

/** What unmodified clients over TCP would have to wait for, all of it together. */
async function timeRow(context: BenchContext): Promise<Row> {
  const { ours: values } = await interleave(context, 'broker-start, time', { ours: passTime });
  return {
    ...quick,
    what: 'a rebalance delay, 45 s of session, 15 min of transaction and 7 days of retention pass for kafkajs over TCP',
    ours: { name: 'mock broker', values },
    goal: { of: 'value', bound: 50 },
  };
}

async function passTime(): Promise<number> {
  return (await measureIn<{ ms: number }>('passing-time', {})).ms;
}

async function medianStart(): Promise<number> {
  const taken: number[] = [];
  for (let at = 0; at < STARTS; at += 1) taken.push(await timeToFirstMetadata());
  return taken.sort((one, other) => one - other)[STARTS >> 1] ?? Number.NaN;
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
    return [...started, await programRow(context), await timeRow(context), ...resting];
  },
};
