import { startProcess } from '@eventstream/tooling';
import { type BenchContext, type Benchmark, interleave } from '../harness/context.ts';
import { measureIn, programFile, serveIn } from '../harness/processes.ts';
import type { Absent, Row, Side } from '../harness/row.ts';
import { mockBroker } from '../support/brokers.ts';
import type { Latencies } from '../support/latencies.ts';

const pace = { rate: 200, seconds: 10 };
const warmUpSeconds = 1;
const bytes = 200;
const clicks = 100;
const goal = { of: 'value', bound: 100 } as const;

type Requested = Latencies & { readonly cpuPerEvent: number };

async function requests(): Promise<Requested> {
  await using broker = await mockBroker(3);
  const { brokers } = broker.ready;
  await using collector = await serveIn<{ url: string }>('collector', { brokers });
  const { url } = collector.ready;
  const measured = await measureIn<Latencies>('requests', { brokers, collector: url, bytes, pace, warmUpSeconds });
  const { cpuMicros } = await collector.stop();
  return { ...measured, cpuPerEvent: cpuMicros / (pace.rate * (pace.seconds + warmUpSeconds)) };
}

/** The sample shop as `npm start` runs it, clicked in Chromium. */
async function shopClicks(): Promise<Latencies> {
  await using stack = await startProcess(process.execPath, [programFile('shop')], { name: 'shop' });
  const addressOf = async (name: string) => {
    const line = await stack.waitForLine(new RegExp(`^ {2}${name} +\\S+ .*`), { timeoutMs: 30_000 });
    return (
      line
        .slice(2 + name.length)
        .trim()
        .split(' ')[0] ?? ''
    );
  };
  const [url, brokers] = await Promise.all([addressOf('shop'), addressOf('mock broker')]);
  return await measureIn<Latencies>('clicks', { url, brokers, clicks, warmUp: 10 });
}

const shares = ['p50', 'p99'] as const;
const row = { benchmark: 'click-to-handler', unit: 'ms', better: 'less' } as const;

async function requestRows(context: BenchContext): Promise<readonly Row[]> {
  const { ours } = await interleave(context, 'click-to-handler, requests', { ours: requests });
  const cpu = ours.map(({ cpuPerEvent }) => cpuPerEvent);
  return shares.map((share) => ({
    ...row,
    what: `the tracker's request, collector, mock broker, handler; ${pace.rate} requests/s for ${pace.seconds} s, open loop, ${share}; CPU of the collector`,
    ours: { name: 'SDK on kafkajs', values: ours.map((one) => one[share]), cpu },
    ...(share === 'p99' ? { goal } : {}),
  }));
}

async function clickRows(context: BenchContext): Promise<readonly Row[]> {
  const absent = context.absent('chromium');
  if (absent !== undefined) context.say(`clicks need Chromium: ${absent}`);
  const { ours } = absent === undefined ? await interleave(context, 'clicks', { ours: shopClicks }) : { ours: [] };
  return shares.map((share) => {
    const side: Side | Absent =
      absent === undefined
        ? { name: 'sample shop', values: ours.map((one) => one[share]) }
        : { name: 'sample shop', absent };
    return {
      ...row,
      what: `${clicks} clicks in Chromium in the sample shop, one after the other, from the event's time to the handler, ${share}`,
      ours: side,
      ...(share === 'p99' ? { goal } : {}),
    };
  });
}

/** What a visitor's click waits for until a backend has handled it, with everything on the way that really is there. */
export const clickToHandler: Benchmark = {
  name: 'click-to-handler',
  group: 'events',
  async run(context) {
    return [...(await requestRows(context)), ...(await clickRows(context))];
  },
};
