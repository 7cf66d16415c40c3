import { context, type MeterProvider, type Span, SpanKind, trace } from '@opentelemetry/api';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test, vi } from 'vitest';
import { handlingOf, observe, sendingOf, turnEnd } from '../test/harness.ts';
import { runOnce } from './run-once.ts';

function brokenProcessor(when: 'onStart' | 'onEnd'): SpanProcessor {
  const explode = () => {
    throw new Error('telemetry is broken');
  };
  const calm = () => undefined;
  return {
    onStart: when === 'onStart' ? explode : calm,
    onEnd: when === 'onEnd' ? explode : calm,
    shutdown: () => Promise.resolve(),
    forceFlush: () => Promise.resolve(),
  };
}

const brokenMeters: MeterProvider = {
  getMeter() {
    const meter = new SdkMeterProvider().getMeter('broken');
    for (const instrument of ['createCounter', 'createHistogram'] as const) {
      const explode = () => {
        throw new Error('no numbers today');
      };
      vi.spyOn(meter, instrument).mockReturnValue({ add: explode, record: explode });
    }
    return meter;
  },
};

describe.each(['onStart', 'onEnd'] as const)('a span processor that throws in %s', (when) => {
  const broken = () =>
    observe({ tracerProvider: new BasicTracerProvider({ spanProcessors: [brokenProcessor(when)] }) });

  test('reaches neither sender nor handler', async () => {
    const telemetry = broken();
    const handler = vi.fn(() => 'handled');
    await telemetry.send(sendingOf());
    await telemetry.handle(handlingOf(), handler);
    expect(handler).toHaveBeenCalledOnce();
    expect(telemetry.listenerErrors.length).toBeGreaterThan(0);
  });

  test('does not become an uncaught exception at the end of a turn', async () => {
    const telemetry = broken();
    const sending = sendingOf();
    telemetry.hub.publish('producer.sending', sending);
    telemetry.hub.publish('producer.sent', { sending, offset: 1, attempts: 1, durationMs: 1 });
    await turnEnd();
  });
});

test('metrics go on when spans throw', async () => {
  const telemetry = observe({
    tracerProvider: new BasicTracerProvider({ spanProcessors: [brokenProcessor('onEnd')] }),
  });
  await telemetry.send(sendingOf());
  await telemetry.handle(handlingOf());
  expect((await telemetry.metrics()).map((metric) => metric.descriptor.name).sort()).toEqual([
    'messaging.client.operation.duration',
    'messaging.client.sent.messages',
    'messaging.process.duration',
  ]);
});

test('spans end when metrics throw', async () => {
  const telemetry = observe({
    meterProvider: brokenMeters,
  });
  const handling = handlingOf();
  await telemetry.handle(handling);
  await telemetry.send(sendingOf());
  expect(telemetry.spans()).toHaveLength(2);
  expect(telemetry.span('process shop.orders').attributes['eventstream.settlement']).toBe('done');
});

test('a context manager that throws does not keep the handler from running, once', async () => {
  const telemetry = observe();
  const handler = vi.fn(() => 'handled');
  const spy = vi.spyOn(context, 'with').mockImplementation(() => {
    throw new Error('no context today');
  });
  const handling = handlingOf();
  telemetry.hub.publish('consumer.handling', handling);
  expect(telemetry.instrumentation.aroundHandler?.(handling, handler)).toBe('handled');
  spy.mockRestore();
  expect(handler).toHaveBeenCalledOnce();
});

test('what the handler throws comes out as it is', () => {
  const telemetry = observe();
  const handling = handlingOf();
  const error = new Error('the handler’s own');
  telemetry.hub.publish('consumer.handling', handling);
  expect(() =>
    telemetry.instrumentation.aroundHandler?.(handling, () => {
      throw error;
    }),
  ).toThrow(error);
});

test('a handler whose span never began runs as it is', () => {
  expect(observe().instrumentation.aroundHandler?.(handlingOf(), () => trace.getActiveSpan())).toBeUndefined();
});

test('attaching to a hub twice counts once', async () => {
  const telemetry = observe();
  telemetry.instrumentation.attach(telemetry.hub);
  await telemetry.send(sendingOf());
  expect(telemetry.span('send shop.orders').kind).toBe(SpanKind.PRODUCER);
  const sent = (await telemetry.metrics()).find(({ descriptor }) => descriptor.name.endsWith('sent.messages'));
  expect(sent?.dataPoints[0]?.value).toBe(1);
});

describe('runOnce', () => {
  test('gives the outcome though the way out throws', () => {
    const run = vi.fn(() => 1);
    const enter = (inner: () => void) => {
      inner();
      throw new Error('on the way out');
    };
    expect(runOnce(run, enter)).toBe(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test('runs once though it is entered twice, or too late', () => {
    const run = vi.fn(() => 1);
    let late: (() => void) | undefined;
    runOnce(run, (inner) => {
      inner();
      inner();
    });
    runOnce(run, (inner) => {
      late = inner;
    });
    late?.();
    expect(run).toHaveBeenCalledTimes(2);
  });

  test('does not take undefined for "not run"', () => {
    const run = vi.fn((): Span | undefined => undefined);
    expect(runOnce(run, (inner) => inner())).toBeUndefined();
    expect(run).toHaveBeenCalledOnce();
  });
});
