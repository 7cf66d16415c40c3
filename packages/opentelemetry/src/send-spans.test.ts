import { EventstreamError } from '@eventstream/core';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { observe, sendingOf, traceparentOf, turnEnd, withContextManager } from '../test/harness.ts';

withContextManager();

const timeout = new EventstreamError('delivery-timeout', {
  message: 'Partition 3 of "shop.orders" did not answer in 30000 ms.',
  facts: { topic: 'shop.orders', partition: 3, timeoutMs: 30_000 },
});

describe('an event without a creation context', () => {
  test('gets that of a PRODUCER span, which says what was sent where', async () => {
    const telemetry = observe();
    const sending = sendingOf();
    await telemetry.send(sending);
    const span = telemetry.span('send shop.orders');
    expect(span.kind).toBe(SpanKind.PRODUCER);
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.links).toEqual([]);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes).toEqual({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'shop.orders',
      'messaging.destination.partition.id': '3',
      'messaging.message.id': 'event-1',
      'kafka.offset': 42,
      'cloudevents.event_type': 'shop.order.placed',
    });
    const { traceId, spanId } = span.spanContext();
    expect(sending.trace).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
  });

  test('is sent in the trace of the active span', async () => {
    const telemetry = observe();
    const request = telemetry.tracer.startSpan('POST /orders');
    const sending = sendingOf();
    await context.with(trace.setSpan(context.active(), request), () => telemetry.send(sending));
    expect(telemetry.span('send shop.orders').parentSpanContext?.spanId).toBe(request.spanContext().spanId);
  });

  test('carries the decision not to sample', async () => {
    const telemetry = observe({}, new AlwaysOffSampler());
    const sending = sendingOf();
    await telemetry.send(sending);
    expect(sending.trace.traceparent).toMatch(/-00$/);
    expect(telemetry.spans()).toHaveLength(0);
  });

  test('gets a fresh context in place of a broken one, and loses that one’s tracestate', async () => {
    const telemetry = observe();
    const sending = sendingOf({
      traceSupplied: true,
      trace: { traceparent: '00-XYZ-1-01', tracestate: 'vendor=1' },
    });
    await telemetry.send(sending);
    const span = telemetry.span('send shop.orders');
    expect(span.kind).toBe(SpanKind.PRODUCER);
    expect(sending.trace).toEqual({ traceparent: expect.stringContaining(span.spanContext().traceId) });
  });
});

describe('an event with a creation context', () => {
  test('keeps it, and a CLIENT span links to it', async () => {
    const telemetry = observe();
    const supplied = { traceparent: traceparentOf(0xab), tracestate: 'vendor=1' };
    const sending = sendingOf({ traceSupplied: true, trace: { ...supplied } });
    await telemetry.send(sending);
    expect(sending.trace).toEqual(supplied);
    const span = telemetry.span('send shop.orders');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.spanContext().traceId).not.toBe('ab'.padStart(32, '0'));
    expect(span.links).toHaveLength(1);
    expect(span.links[0]?.context).toMatchObject({
      traceId: 'ab'.padStart(32, '0'),
      spanId: 'ab'.padStart(16, '0'),
      traceFlags: 1,
      isRemote: true,
    });
    expect(span.links[0]?.context.traceState?.serialize()).toBe('vendor=1');
    expect(span.links[0]?.attributes).toEqual({ 'messaging.message.id': 'event-1' });
  });

  test('shares a span with others, linked once each, up to maxLinks; the rest is counted', async () => {
    const telemetry = observe({ maxLinks: 2 });
    const sendings = [1, 1, 2, 3, 4].map((number, index) =>
      sendingOf({ id: `event-${index}`, traceSupplied: true, trace: { traceparent: traceparentOf(number) } }),
    );
    await Promise.all(sendings.map((sending) => telemetry.send(sending)));
    const span = telemetry.span('send shop.orders');
    expect(span.links.map((link) => Number(link.context.spanId))).toEqual([1, 2]);
    expect(span.attributes['eventstream.links.dropped']).toBe(2);
    expect(span.attributes['messaging.batch.message_count']).toBe(5);
  });
});

describe('events sent in one turn', () => {
  const three = () => ['a', 'b', 'c'].map((id) => sendingOf({ id }));

  test('share one span and one creation context for each partition', async () => {
    const telemetry = observe();
    const sendings = [...three(), sendingOf({ partition: 4 })];
    await Promise.all(sendings.map((sending) => telemetry.send(sending)));
    expect(telemetry.spans()).toHaveLength(2);
    expect(new Set(sendings.map((sending) => sending.trace.traceparent)).size).toBe(2);
    const span = telemetry.spans().find((each) => each.attributes['messaging.destination.partition.id'] === '3');
    expect(span?.attributes).toMatchObject({ 'messaging.batch.message_count': 3 });
    expect(span?.attributes).not.toHaveProperty('messaging.message.id');
    expect(span?.attributes).not.toHaveProperty('kafka.offset');
  });

  test('do not share a span with those of the next turn', async () => {
    const telemetry = observe();
    await telemetry.send(sendingOf());
    await telemetry.send(sendingOf());
    expect(telemetry.spans()).toHaveLength(2);
  });

  test('do not share a span across requests', async () => {
    const telemetry = observe();
    const requests = [telemetry.tracer.startSpan('one'), telemetry.tracer.startSpan('two')];
    await Promise.all(
      requests.map((request) =>
        context.with(trace.setSpan(context.active(), request), () => telemetry.send(sendingOf())),
      ),
    );
    const parents = telemetry.spans().map((span) => span.parentSpanContext?.spanId);
    expect(parents).toEqual(requests.map((request) => request.spanContext().spanId));
  });

  test('do not share a span when only some bring a context', async () => {
    const telemetry = observe();
    const brings = sendingOf({ traceSupplied: true, trace: { traceparent: traceparentOf(1) } });
    await Promise.all([sendingOf(), brings].map((sending) => telemetry.send(sending)));
    expect(telemetry.spans().map((span) => span.kind)).toEqual([SpanKind.PRODUCER, SpanKind.CLIENT]);
  });

  test('end their span only when the last is settled, with the failure of the first that failed', async () => {
    const telemetry = observe();
    const [first, second, third] = three() as [
      ReturnType<typeof sendingOf>,
      ReturnType<typeof sendingOf>,
      ReturnType<typeof sendingOf>,
    ];
    for (const sending of [first, second, third]) telemetry.hub.publish('producer.sending', sending);
    await turnEnd();
    telemetry.hub.publish('producer.sent', { sending: first, offset: 1, attempts: 4, durationMs: 9 });
    telemetry.hub.publish('producer.failed', { sending: second, error: timeout, durationMs: 10 });
    expect(telemetry.spans()).toHaveLength(0);
    telemetry.hub.publish('producer.sent', { sending: third, offset: 2, attempts: 4, durationMs: 11 });
    const span = telemetry.span('send shop.orders');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({
      'error.type': 'delivery-timeout',
      'eventstream.send.failed': 1,
      'eventstream.send.attempts': 4,
    });
  });

  test.each([
    [[5, 5], '5'],
    [[5, 6], undefined],
  ])('before the partitions are known and then sent to %o have partition %s', async (partitions, expected) => {
    const telemetry = observe();
    const sendings = partitions.map(() => ({ ...sendingOf(), partition: -1 }));
    for (const sending of sendings) telemetry.hub.publish('producer.sending', sending);
    await turnEnd();
    sendings.forEach((sending, index) => {
      sending.partition = partitions[index] as number;
      telemetry.hub.publish('producer.sent', { sending, offset: 1, attempts: 1, durationMs: 1 });
    });
    const sent = (await telemetry.metrics()).find(({ descriptor }) => descriptor.name.endsWith('sent.messages'));
    for (const attributes of [telemetry.span('send shop.orders').attributes, sent?.dataPoints[0]?.attributes]) {
      expect(attributes?.['messaging.destination.partition.id']).toBe(expected);
    }
  });

  test('do not end their span for one event that is told of twice', async () => {
    const telemetry = observe();
    const [first, second] = [sendingOf(), sendingOf()];
    for (const sending of [first, second]) telemetry.hub.publish('producer.sending', sending);
    await turnEnd();
    const end = { sending: first, offset: 1, attempts: 1, durationMs: 1 };
    telemetry.hub.publish('producer.sent', end);
    telemetry.hub.publish('producer.sent', end);
    expect(telemetry.spans()).toEqual([]);
    telemetry.hub.publish('producer.sent', { ...end, sending: second });
    expect(telemetry.spans()).toHaveLength(1);
  });

  test('end their span at the end of the turn when all settled within it', async () => {
    const telemetry = observe();
    const sending = sendingOf();
    telemetry.hub.publish('producer.sending', sending);
    telemetry.hub.publish('producer.failed', { sending, error: timeout, durationMs: 0 });
    expect(telemetry.spans()).toHaveLength(0);
    await turnEnd();
    expect(telemetry.spans()).toHaveLength(1);
  });
});

describe('options', () => {
  test('sendSpans "event": each event has a span and a creation context of its own', async () => {
    const telemetry = observe({ sendSpans: 'event' });
    const sendings = ['a', 'b'].map((id) => sendingOf({ id }));
    await Promise.all(sendings.map((sending) => telemetry.send(sending)));
    expect(telemetry.spans().map((span) => span.attributes['messaging.message.id'])).toEqual(['a', 'b']);
    expect(new Set(sendings.map((sending) => sending.trace.traceparent)).size).toBe(2);
  });

  test('sendSpans "none": the active span is the creation context', async () => {
    const telemetry = observe({ sendSpans: 'none' });
    const request = telemetry.tracer.startSpan('POST /orders');
    const sending = sendingOf();
    await context.with(trace.setSpan(context.active(), request), () => telemetry.send(sending));
    expect(telemetry.spans()).toHaveLength(0);
    expect(sending.trace.traceparent).toContain(request.spanContext().spanId);
  });

  test('captureKey: nothing, a hash equal for equal keys, or the key', async () => {
    const telemetries = [observe(), observe({ captureKey: 'hash' }), observe({ captureKey: true })] as const;
    for (const telemetry of telemetries) {
      await telemetry.send(sendingOf({ id: '1' }));
      await telemetry.send(sendingOf({ id: '2' }));
      await telemetry.send(sendingOf({ id: '3', key: 'customer-8' }));
      await telemetry.send(sendingOf({ id: '4', key: null }));
    }
    const [off, hashed, full] = telemetries;
    expect(JSON.stringify(off.spans().map((span) => span.attributes))).not.toContain('customer');
    const hashes = hashed.spans().map((span) => span.attributes['eventstream.key.hash']);
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
    expect(hashes[3]).toBeUndefined();
    expect(JSON.stringify(hashed.spans().map((span) => span.attributes))).not.toContain('customer');
    expect(full.spans().map((span) => span.attributes['kafka.message.key'])).toEqual([
      'customer-7',
      'customer-7',
      'customer-8',
      undefined,
    ]);
  });

  test('recordExceptions false: the type of an error and nothing it says', async () => {
    const said = observe();
    const silent = observe({ recordExceptions: false });
    for (const telemetry of [said, silent]) {
      const sending = sendingOf();
      telemetry.hub.publish('producer.sending', sending);
      telemetry.hub.publish('producer.failed', { sending, error: timeout, durationMs: 0 });
      await turnEnd();
    }
    expect(said.span('send shop.orders').status.message).toBe(timeout.message);
    expect(said.span('send shop.orders').events.map((event) => event.name)).toEqual(['exception']);
    expect(silent.span('send shop.orders').status).toEqual({ code: SpanStatusCode.ERROR });
    expect(silent.span('send shop.orders').events).toEqual([]);
    expect(silent.span('send shop.orders').attributes['error.type']).toBe('delivery-timeout');
  });
});
