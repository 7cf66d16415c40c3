import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Goal, Row } from '../harness/row.ts';
import type { NodeClient } from '../support/client-peers.ts';
import { eachBroker } from '../support/compare-clients.ts';
import type { Latencies } from '../support/latencies.ts';

type Told = Latencies & { readonly cpuPerEvent: number };
type Rate = { readonly perSecond: number; readonly clients: readonly NodeClient[] };

/** At the higher rate peers fall behind, one request a record, and there is nothing to compare. */
const rates: readonly Rate[] = [
  { perSecond: 1000, clients: ['ours', 'platformatic', 'kafkajs'] },
  { perSecond: 20_000, clients: ['ours'] },
];
const goals: Readonly<Record<'p50' | 'p99', Goal>> = {
  p50: { of: 'value', bound: 0.6 },
  p99: { of: 'value', bound: 4 },
};
const names = { ours: 'transport-kafka', platformatic: '@platformatic/kafka', kafkajs: 'kafkajs' } as const;

async function rowsAt(
  context: BenchContext,
  { perSecond, clients }: Rate,
  { place, brokers }: { readonly place: string; readonly brokers: string },
): Promise<readonly Row[]> {
  const settings = {
    brokers,
    bytes: 100,
    pace: { rate: perSecond, seconds: 3 },
    warmUp: { rate: perSecond, seconds: 1 },
  };
  const measured = await interleave<NodeClient, Told>(
    context,
    `client-latency ${perSecond}/s on ${place}`,
    Object.fromEntries(
      clients.map((client) => [client, () => measureIn<Told>('client-latency', { client, ...settings })]),
    ) as Record<NodeClient, () => Promise<Told>>,
  );
  const [ours, ...peers] = clients;
  const side = (client: NodeClient, name: 'p50' | 'p99') => ({
    name: names[client],
    values: measured[client].map((told) => told[name]),
    cpu: measured[client].map(({ cpuPerEvent }) => cpuPerEvent),
  });
  return (['p50', 'p99'] as const).flatMap((name) =>
    (peers.length === 0 ? [undefined] : peers).map((peer, at) => ({
      benchmark: 'client-latency',
      what: `from send to the reader in the same process, ${perSecond.toLocaleString('en')} records/s of 100 B, open loop, ${name}, ${place}`,
      unit: 'ms',
      better: 'less' as const,
      ours: side(ours ?? 'ours', name),
      ...(peer === undefined ? {} : { peer: side(peer, name) }),
      ...(at === 0 && place !== 'mock broker' ? { goal: goals[name] } : {}),
    })),
  );
}

/** How soon a record that is sent is read. */
export const clientLatency: Benchmark = {
  name: 'client-latency',
  group: 'client',
  run: (context) =>
    eachBroker(context, async (place, brokers) => {
      const rows: Row[] = [];
      for (const rate of rates) rows.push(...(await rowsAt(context, rate, { place, brokers })));
      return rows;
    }),
};
