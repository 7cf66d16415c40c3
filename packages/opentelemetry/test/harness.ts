import { type Handling, MomentHub, type Moments, type Sending, type TraceContext } from '@eventstream/core';
import { createManualClock } from '@eventstream/core/testing';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll } from 'vitest';
import { type OpenTelemetryOptions, openTelemetry } from '../src/index.ts';

class PulledReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

/** Makes spans stay active across `await` in this file's tests, as an SDK does. */
export function withContextManager(): void {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(() => context.disable());
}

/** Ends when all microtasks queued so far have run: a turn's groups are closed then. */
export function turnEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** An event about to be sent. */
export function sendingOf(overrides: Partial<Sending> = {}): Sending {
  const trace: TraceContext = {};
  return {
    id: 'event-1',
    type: 'shop.order.placed',
    topic: 'shop.orders',
    partition: 3,
    key: 'customer-7',
    bytes: 120,
    traceSupplied: false,
    trace,
    ...overrides,
  };
}

/** An event in its handler. */
export function handlingOf(overrides: Partial<Handling> = {}): Handling {
  return {
    id: 'event-1',
    type: 'shop.order.placed',
    topic: 'shop.orders',
    partition: 3,
    offset: 42,
    group: 'billing',
    key: 'customer-7',
    time: 1_750_000_000_000,
    trace: {},
    ...overrides,
  };
}

/** A `traceparent` whose ids are easy to tell apart: 1 gives trace `…01` and span `…01`. */
export function traceparentOf(number: number, flags = '01'): string {
  const digits = number.toString(16);
  return `00-${digits.padStart(32, '0')}-${digits.padStart(16, '0')}-${flags}`;
}

/** An instrumentation on a hub of its own, with an SDK that keeps everything in memory. */
export interface Observed {
  readonly hub: MomentHub;
  readonly instrumentation: ReturnType<typeof openTelemetry>;
  readonly tracer: ReturnType<BasicTracerProvider['getTracer']>;
  readonly clock: ReturnType<typeof createManualClock>;
  readonly listenerErrors: readonly unknown[];
  /** Ended spans, oldest first. */
  spans(): readonly ReadableSpan[];
  /** The one ended span of a name. Throws when there is none or several. */
  span(name: string): ReadableSpan;
  metrics(): Promise<readonly MetricData[]>;
  /** Publishes a send and its good end; resolves after the turn. */
  send(sending: Sending, end?: Partial<Moments['producer.sent']>): Promise<void>;
  /** Publishes a handling, runs the handler and publishes its end. */
  handle(handling: Handling, handler?: () => unknown, end?: Partial<Moments['consumer.settled']>): Promise<void>;
}

/** Makes an {@link Observed}. */
export function observe(options: OpenTelemetryOptions = {}, sampler?: Sampler): Observed {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const tracerProvider = new BasicTracerProvider(
    sampler === undefined ? { spanProcessors } : { spanProcessors, sampler },
  );
  const reader = new PulledReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const clock = createManualClock();
  const instrumentation = openTelemetry({ tracerProvider, meterProvider, clock, ...options });
  const listenerErrors: unknown[] = [];
  const hub = new MomentHub((error) => listenerErrors.push(error));
  instrumentation.attach(hub);
  return {
    hub,
    instrumentation,
    clock,
    listenerErrors,
    tracer: tracerProvider.getTracer('test'),
    spans: () => exporter.getFinishedSpans(),
    span(name) {
      const found = exporter.getFinishedSpans().filter((span) => span.name === name);
      if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} spans are named "${name}"`);
      return found[0];
    },
    async metrics() {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    },
    async send(sending, end = {}) {
      hub.publish('producer.sending', sending);
      await turnEnd();
      hub.publish('producer.sent', { sending, offset: 42, attempts: 1, durationMs: 20, ...end });
    },
    async handle(handling, handler = () => undefined, end = {}) {
      hub.publish('consumer.handling', handling);
      await instrumentation.aroundHandler?.(handling, handler);
      hub.publish('consumer.settled', { handling, settlement: 'done', attempts: 1, durationMs: 20, ...end });
    },
  };
}
