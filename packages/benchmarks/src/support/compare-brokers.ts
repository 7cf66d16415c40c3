import { type BenchContext, interleave } from '../harness/context.ts';
import type { Row, Side } from '../harness/row.ts';
import { type BrokerPeer, lacking } from './broker-peers.ts';

/** One figure of a broker, and the CPU microseconds it took per event, where that means something. */
export interface Figure {
  readonly value: number;
  readonly cpu?: number;
}

/** What is compared: ours with each peer, all in one run. */
export interface Comparison<Names extends string> {
  /** What the lines of the run are called. */
  readonly label: string;
  readonly ours: BrokerPeer;
  readonly peers: readonly BrokerPeer[];
  /** Measures a broker once, in processes of its own, and gives every figure by name. */
  measure(broker: BrokerPeer): Promise<Readonly<Record<Names, Figure>>>;
  /** How each figure is shown; a goal that is a ratio is meant against the first peer. */
  readonly rows: Readonly<Record<Names, Omit<Row, 'ours' | 'peer'>>>;
}

/** A row per figure and peer. A peer that lacks something on this machine is named with what would install it. */
export async function compareBrokers<Names extends string>(
  context: BenchContext,
  comparison: Comparison<Names>,
): Promise<readonly Row[]> {
  const { label, ours, peers, measure } = comparison;
  const names = Object.keys(comparison.rows) as Names[];
  // What is compared is fed or read by librdkafka, from Python.
  const missing = context.absent('confluent-kafka');
  const present = peers.filter((peer) => missing === undefined && lacking(context, peer.needs) === undefined);
  const sides = missing === undefined ? [ours, ...present] : [];
  const measured = await interleave(
    context,
    label,
    Object.fromEntries(sides.map((side) => [side.name, async () => measure(side)])),
  );
  const sideOf = (broker: BrokerPeer, name: Names): Row['ours'] => {
    const absent = missing ?? lacking(context, broker.needs);
    const figures = measured[broker.name]?.map((result) => result[name]);
    if (absent !== undefined || !figures) return { name: broker.name, absent: absent ?? 'no round' };
    return { name: broker.name, ...valuesOf(figures) };
  };
  return names.flatMap((name) =>
    peers.map((peer, at) => {
      const { goal, ...row } = comparison.rows[name];
      const isShown = goal !== undefined && at === 0;
      return { ...row, ours: sideOf(ours, name), peer: sideOf(peer, name), ...(isShown ? { goal } : {}) };
    }),
  );
}

function valuesOf(figures: readonly Figure[]): Pick<Side, 'values' | 'cpu'> {
  const cpu = figures.flatMap((figure) => (figure.cpu === undefined ? [] : [figure.cpu]));
  return { values: figures.map(({ value }) => value), ...(cpu.length > 0 ? { cpu } : {}) };
}
