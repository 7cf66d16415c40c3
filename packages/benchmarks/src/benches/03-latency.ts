import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Row, Side } from '../harness/row.ts';
import { mockBroker } from '../support/brokers.ts';
import type { Latencies } from '../support/latencies.ts';

const bytes = 200;
const seconds = 4;
const warmUpSeconds = 1;
const rates = [200, 1000];
const goalMs = 2;

interface Measured extends Latencies {
  readonly cpuPerEvent: number;
}

async function rowsAt(context: BenchContext, rate: number): Promise<readonly Row[]> {
  const measure = (client: 'sdk' | 'kafkajs') => async () => {
    await using broker = await mockBroker(1);
    const pace = { rate, seconds };
    return await measureIn<Measured>('latency', { client, brokers: broker.ready.brokers, bytes, pace, warmUpSeconds });
  };
  const { sdk, peer } = await interleave(context, `latency at ${rate}/s`, {
    sdk: measure('sdk'),
    peer: measure('kafkajs'),
  });
  const side = (name: string, measured: readonly Measured[], share: 'p50' | 'p99'): Side => ({
    name,
    values: measured.map((one) => one[share]),
    cpu: measured.map(({ cpuPerEvent }) => cpuPerEvent),
  });
  return (['p50', 'p99'] as const).map((share) => ({
    benchmark: 'latency',
    what: `from \`send\` to the handler at ${rate.toLocaleString('en')} sends/s of ${bytes} B, open loop, ${share}, mock broker`,
    unit: 'ms',
    better: 'less',
    ours: side('SDK on kafkajs', sdk, share),
    peer: side('bare kafkajs', peer, share),
    ...(share === 'p50' ? { goal: { of: 'value', bound: goalMs } as const } : {}),
  }));
}

/** How long an event takes from the producer's call to the consumer's handler, as the schedule demands it. */
export const latency: Benchmark = {
  name: 'latency',
  group: 'events',
  async run(context) {
    const rows: Row[] = [];
    for (const rate of rates) rows.push(...(await rowsAt(context, rate)));
    return rows;
  },
};
