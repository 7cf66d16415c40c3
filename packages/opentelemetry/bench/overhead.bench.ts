/**
 * What telemetry costs an event, in nanoseconds of processor time: each case in a process of its own, the best of several
 * rounds, moments and their objects included. Processor time, so that a busy machine disturbs it less. Run with `pnpm bench` after
 * a build.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Handling, type Instrumentation, MomentHub, type Sending } from '@eventstream/core';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, NoopSpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { type OpenTelemetryOptions, openTelemetry } from '../src/index.ts';

const rounds = 15;
const eventsPerRound = 100_000;
const batch = 100;
const carried = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

type Sdk = 'none' | 'full' | 'spans at 1 %';

interface Case {
  readonly name: string;
  readonly path: 'send' | 'handle';
  readonly sdk: Sdk;
  /** `null`: nobody listens. `'empty'`: listeners that do nothing, which is what making the moments costs. */
  readonly options: OpenTelemetryOptions | 'empty' | null;
  /** Events in one turn. */
  readonly together: number;
}

const sends = (sdk: Sdk): Case[] => [
  { name: 'send, 100 a turn', path: 'send', sdk, options: {}, together: batch },
  { name: 'send, one a turn', path: 'send', sdk, options: {}, together: 1 },
  { name: "send, 100 a turn, sendSpans 'event'", path: 'send', sdk, options: { sendSpans: 'event' }, together: batch },
  { name: "send, 100 a turn, sendSpans 'none'", path: 'send', sdk, options: { sendSpans: 'none' }, together: batch },
  { name: 'handle', path: 'handle', sdk, options: {}, together: 1 },
];

const cases: readonly Case[] = [
  { name: 'send, nobody listens', path: 'send', sdk: 'none', options: null, together: batch },
  { name: 'handle, nobody listens', path: 'handle', sdk: 'none', options: null, together: 1 },
  { name: 'send, listeners do nothing', path: 'send', sdk: 'none', options: 'empty', together: batch },
  { name: 'handle, listeners do nothing', path: 'handle', sdk: 'none', options: 'empty', together: 1 },
  ...sends('none'),
  ...sends('full'),
  ...sends('spans at 1 %'),
];

const empty: Instrumentation = {
  attach(hub) {
    const names = ['producer.sending', 'producer.sent', 'consumer.handling', 'consumer.settled'] as const;
    for (const name of names) hub.on(name, () => undefined);
  },
};

function startSdk(sdk: Sdk): void {
  if (sdk === 'none') return;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const spanProcessors = [new NoopSpanProcessor()];
  const sampler = sdk === 'full' ? {} : { sampler: new TraceIdRatioBasedSampler(0.01) };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors, ...sampler }));
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}

function sendTurn(hub: MomentHub, count: number): Sending[] {
  const sendings: Sending[] = [];
  for (let index = 0; index < count; index += 1) {
    if (!hub.wants('producer.sending')) continue;
    const sending: Sending = {
      id: 'event',
      type: 'shop.order.placed',
      topic: 'shop.orders',
      partition: 3,
      key: 'k',
      bytes: 100,
      traceSupplied: false,
      trace: {},
    };
    hub.publish('producer.sending', sending);
    sendings.push(sending);
  }
  return sendings;
}

async function sendRound(hub: MomentHub, together: number): Promise<void> {
  for (let done = 0; done < eventsPerRound; done += together) {
    const sendings = sendTurn(hub, together);
    await Promise.resolve();
    for (const sending of sendings) {
      hub.publish('producer.sent', { sending, offset: done, attempts: 1, durationMs: 3 });
    }
  }
}

function handleRound(hub: MomentHub, around: (handling: Handling, run: () => number) => number): void {
  const now = Date.now();
  for (let offset = 0; offset < eventsPerRound; offset += 1) {
    if (!hub.wants('consumer.handling')) continue;
    const handling: Handling = {
      topic: 'shop.orders',
      partition: 3,
      offset,
      group: 'billing',
      key: 'k',
      id: 'event',
      type: 'shop.order.placed',
      time: now,
      trace: carried,
    };
    hub.publish('consumer.handling', handling);
    around(handling, () => offset);
    hub.publish('consumer.settled', { handling, settlement: 'done', attempts: 1, durationMs: 3 });
  }
}

async function measure({ path, sdk, options, together }: Case): Promise<number> {
  startSdk(sdk);
  const hub = new MomentHub();
  const instrumentation = options === null ? undefined : options === 'empty' ? empty : openTelemetry(options);
  instrumentation?.attach(hub);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    if (path === 'send') await sendRound(hub, together);
    else handleRound(hub, instrumentation?.aroundHandler ?? ((_handling, run) => run()));
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / eventsPerRound);
  }
  return best;
}

const asked = process.argv[2];
if (asked === undefined) {
  process.stdout.write(`node ${process.version}, best of ${rounds} rounds of ${eventsPerRound} events\n`);
  cases.forEach(({ name, sdk }, index) => {
    const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(index)], {
      encoding: 'utf8',
    });
    process.stdout.write(`${`SDK ${sdk}`.padEnd(18)} ${name.padEnd(40)} ${Number(output).toFixed(0).padStart(7)} ns\n`);
  });
} else {
  process.stdout.write(String(await measure(cases[Number(asked)] as Case)));
  process.exit(0);
}
