import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row } from '../harness/row.ts';
import { mockBroker } from '../support/brokers.ts';

const events = 10_000;
const handlerMs = 5;
const concurrency = 100;
const goalSeconds = 0.4;
/** So many one after the other take as long as a round may; the figure for all of them is that times the rest. */
const peerSample = 500;

interface Measured {
  readonly seconds: number;
  readonly cpuPerEvent: number;
}

async function onMockBroker(program: string, settings: object): Promise<Measured> {
  await using broker = await mockBroker(1);
  return await measureIn<Measured>(program, { brokers: broker.ready.brokers, handlerMs, ...settings });
}

const lanesOf = (keys: number) => () => onMockBroker('lanes', { events, keys, concurrency });

async function oneByOne(): Promise<Measured> {
  const { seconds, cpuPerEvent } = await onMockBroker('one-by-one', { events: peerSample });
  return { seconds: (seconds * events) / peerSample, cpuPerEvent };
}

const sideOf = (name: string, measured: readonly Measured[]) => ({
  name,
  values: measured.map(({ seconds }) => seconds),
  cpu: measured.map(({ cpuPerEvent }) => cpuPerEvent),
});

function rowOf(keys: number, ours: readonly Measured[]): Row {
  return {
    benchmark: 'lanes',
    what: `${events.toLocaleString('en')} events of ${keys.toLocaleString('en')} keys on one partition, handlers of 0–${handlerMs} ms, concurrency ${concurrency}, committed every 20 ms, first handler to last commit, mock broker`,
    unit: 's',
    better: 'less',
    ours: sideOf('SDK on kafkajs', ours),
  };
}

/** How much of the waiting in handlers overlaps, with the order of every key kept and everything committed. */
export const lanes: Benchmark = {
  name: 'lanes',
  group: 'events',
  async run(context: BenchContext) {
    const { thousand, peer } = await interleave(context, 'lanes, 1,000 keys', {
      thousand: lanesOf(1000),
      peer: oneByOne,
    });
    const others = await interleave(context, 'lanes', {
      twenty: lanesOf(20),
      hundred: lanesOf(100),
      each: lanesOf(events),
    });
    return [
      {
        ...rowOf(1000, thousand),
        peer: sideOf(`kafkajs eachMessage (${peerSample}, times ${events / peerSample})`, peer),
        goal: { of: 'value', bound: goalSeconds },
      },
      rowOf(20, others.twenty),
      rowOf(100, others.hundred),
      rowOf(events, others.each),
    ];
  },
};
