import { MomentHub } from '@eventstream/core';
import { context, metrics, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test, vi } from 'vitest';
import { handlingOf, sendingOf, traceparentOf, turnEnd } from '../test/harness.ts';
import { openTelemetry } from './index.ts';
import { readTraceContext } from './trace-context.ts';

afterEach(() => {
  trace.disable();
  metrics.disable();
  context.disable();
});

function attached() {
  const hub = new MomentHub((error) => {
    throw error;
  });
  const instrumentation = openTelemetry();
  instrumentation.attach(hub);
  return { hub, instrumentation };
}

test('without an SDK no span is even begun', () => {
  const { hub } = attached();
  const startSpan = vi.spyOn(trace.getTracer('any').constructor.prototype as Tracer, 'startSpan');
  hub.publish('producer.sending', sendingOf());
  hub.publish('consumer.handling', handlingOf());
  expect(startSpan).not.toHaveBeenCalled();
  startSpan.mockRestore();
});

test('without an SDK events go out untouched and handlers run', () => {
  const { hub, instrumentation } = attached();
  const [plain, supplied] = [sendingOf(), sendingOf({ traceSupplied: true, trace: { traceparent: traceparentOf(5) } })];
  hub.publish('producer.sending', plain);
  hub.publish('producer.sending', supplied);
  hub.publish('producer.sent', { sending: plain, offset: 1, attempts: 1, durationMs: 1 });
  expect(plain.trace).toEqual({});
  expect(supplied.trace).toEqual({ traceparent: traceparentOf(5) });
  const handling = handlingOf();
  hub.publish('consumer.handling', handling);
  expect(instrumentation.aroundHandler?.(handling, () => 7)).toBe(7);
  hub.publish('consumer.settled', { handling, settlement: 'done', attempts: 1, durationMs: 1 });
});

test('without an SDK an active context still travels on', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { hub } = attached();
  const incoming = readTraceContext({ traceparent: traceparentOf(6), tracestate: 'a=b' });
  if (incoming === undefined) throw new Error('the traceparent is valid');
  const sending = sendingOf();
  context.with(trace.setSpanContext(context.active(), incoming), () => hub.publish('producer.sending', sending));
  expect(sending.trace).toEqual({ traceparent: traceparentOf(6), tracestate: 'a=b' });
});

test('an SDK registered after attaching is found, and lost when it is taken away', async () => {
  const { hub } = attached();
  const exporter = new InMemorySpanExporter();
  const send = async () => {
    const sending = sendingOf();
    hub.publish('producer.sending', sending);
    await turnEnd();
    hub.publish('producer.sent', { sending, offset: 1, attempts: 1, durationMs: 1 });
  };
  await send();
  const meterProvider = new MeterProvider();
  const getMeter = vi.spyOn(meterProvider, 'getMeter');
  metrics.setGlobalMeterProvider(meterProvider);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  await send();
  expect(exporter.getFinishedSpans()).toHaveLength(1);
  expect(getMeter).toHaveBeenCalledOnce();
  trace.disable();
  metrics.disable();
  await send();
  expect(exporter.getFinishedSpans()).toHaveLength(1);
});
