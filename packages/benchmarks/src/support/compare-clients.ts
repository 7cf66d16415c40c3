import { type BenchContext, interleave } from '../harness/context.ts';
import type { Goal, Row } from '../harness/row.ts';
import { mockBroker, realKafka } from './brokers.ts';
import { type ClientSide, divide, type Worked } from './client-peers.ts';

/** Where clients work: an address, for as long as it is held. */
export interface Place extends AsyncDisposable {
  readonly brokers: string;
}

/** How many partitions the topic has. */
export const partitions = 3;
/** What the mock broker keeps of a partition: it holds everything in memory. */
const logBytes = 256 * 1024 * 1024;

/** What is compared: the first side with each of the others, all in one run and against one broker. */
export interface ClientComparison {
  readonly benchmark: string;
  readonly what: string;
  readonly unit: string;
  readonly sides: readonly [ours: ClientSide, ...peers: ClientSide[]];
  /** Of ours, where the broker is a real one. */
  readonly goal?: Goal;
  /** Run once before the rounds of a broker, such as to fill its topic. */
  prepare?(brokers: string): Promise<unknown>;
}

/** The brokers of a run by name: the mock broker, and a real Kafka where that is wanted and possible. */
export async function eachBroker(
  context: BenchContext,
  work: (place: string, brokers: string) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  if (context.kafka && context.absent('java') === undefined) {
    await using kafka = await realKafka(partitions);
    rows.push(...(await work('Kafka 4.3.1', kafka.brokers)));
  }
  await using mock = await mockBroker(partitions, logBytes);
  rows.push(...(await work('mock broker', mock.ready.brokers)));
  return rows;
}

/** A row per peer. A peer that lacks something on this machine is named with what would install it. */
export function compareClients(context: BenchContext, comparison: ClientComparison): Promise<readonly Row[]> {
  return eachBroker(context, (place, brokers) => compareAt(context, comparison, { place, brokers }));
}

async function compareAt(
  context: BenchContext,
  comparison: ClientComparison,
  { place, brokers }: { readonly place: string; readonly brokers: string },
): Promise<readonly Row[]> {
  const { benchmark, what, unit, sides, goal } = comparison;
  const { present, absent } = divide(context, sides);
  await comparison.prepare?.(brokers);
  const measured = await interleave(
    context,
    `${benchmark} ${what} on ${place}`,
    Object.fromEntries(present.map((side) => [side.name, () => side.measure(brokers)])),
  );
  const [ours, ...peers] = present.map(({ name }) => ({ name, ...sideOf(measured[name] ?? []) }));
  if (ours === undefined) return [];
  return [...peers, ...absent].map((peer, at) => ({
    benchmark,
    what: `${what}, ${place}`,
    unit,
    better: 'more' as const,
    ours,
    peer,
    ...(goal !== undefined && at === 0 && place !== 'mock broker' ? { goal } : {}),
  }));
}

function sideOf(rounds: readonly Worked[]) {
  const cpu = rounds.flatMap(({ cpuPerEvent }) => (cpuPerEvent === undefined ? [] : [cpuPerEvent]));
  return { values: rounds.map(({ perSecond }) => perSecond), ...(cpu.length > 0 ? { cpu } : {}) };
}
