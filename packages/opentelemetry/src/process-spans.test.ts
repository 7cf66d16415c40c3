import type { Settlement } from '@eventstream/core';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { handlingOf, observe, traceparentOf, withContextManager } from '../test/harness.ts';

withContextManager();

const creation = { traceId: '1'.padStart(32, '0'), spanId: '1'.padStart(16, '0') };
const created = () => handlingOf({ trace: { traceparent: traceparentOf(1) } });
const minuteMs = 60_000;

class CardDeclined extends Error {}

describe('the span of a handled event', () => {
  test('is of kind CONSUMER and says which record was processed by whom', async () => {
    const telemetry = observe();
    await telemetry.handle(handlingOf());
    const span = telemetry.span('process shop.orders');
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.attributes).toEqual({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'shop.orders',
      'messaging.destination.partition.id': '3',
      'messaging.consumer.group.name': 'billing',
      'messaging.message.id': 'event-1',
      'kafka.offset': 42,
      'cloudevents.event_type': 'shop.order.placed',
      'eventstream.settlement': 'done',
    });
  });

  test('is active in the handler, also after an await', async () => {
    const telemetry = observe();
    await telemetry.handle(handlingOf(), async () => {
      await Promise.resolve();
      telemetry.tracer.startSpan('INSERT').end();
    });
    const parent = telemetry.span('process shop.orders').spanContext();
    expect(telemetry.span('INSERT').parentSpanContext?.spanId).toBe(parent.spanId);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test('is one, however often the handler is tried; each retry is a span event', async () => {
    const telemetry = observe();
    const handling = handlingOf();
    telemetry.hub.publish('consumer.handling', handling);
    for (const attempt of [1, 2]) {
      telemetry.hub.publish('consumer.retrying', { handling, attempt, delayMs: 1500, error: new CardDeclined('no') });
    }
    await telemetry.handle(handling, undefined, { attempts: 3 });
    expect(telemetry.spans()).toHaveLength(1);
    const span = telemetry.span('process shop.orders');
    expect(span.attributes['eventstream.handler.attempts']).toBe(3);
    expect(span.events.map(({ name, attributes }) => ({ name, attributes }))).toEqual(
      [1, 2].map((attempt) => ({
        name: 'eventstream.retry',
        attributes: {
          'eventstream.retry.attempt': attempt,
          'eventstream.retry.delay': 1.5,
          'error.type': 'CardDeclined',
        },
      })),
    );
  });

  test('of a dead letter fails, and says where the dead letter is', async () => {
    const telemetry = observe();
    const [handling, other] = [handlingOf(), handlingOf({ offset: 43 })];
    telemetry.hub.publish('consumer.handling', other);
    telemetry.hub.publish('consumer.handling', handling);
    telemetry.hub.publish('consumer.dead-lettered', {
      topic: 'shop.orders',
      partition: 3,
      offset: 42,
      group: 'billing',
      reason: 'handler-failed',
      deadLetterTopic: 'shop.orders.billing.dead',
    });
    await telemetry.handle(handling, undefined, { settlement: 'dead-lettered', error: new CardDeclined('declined') });
    const span = telemetry.span('process shop.orders');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'declined' });
    expect(span.attributes).toMatchObject({
      'error.type': 'CardDeclined',
      'eventstream.settlement': 'dead-lettered',
      'eventstream.dead_letter.topic': 'shop.orders.billing.dead',
    });
    expect(span.events.map((event) => event.name)).toEqual(['exception']);
  });

  test('exists for a record no handler saw because it is no event', () => {
    const telemetry = observe();
    const handling = handlingOf({ id: '', type: '' });
    const error = new CardDeclined('not JSON');
    for (const offset of [42, 43]) {
      telemetry.hub.publish('consumer.dead-lettered', {
        ...handling,
        offset,
        reason: 'envelope-invalid',
        deadLetterTopic: `dead-${offset}`,
        error,
      });
    }
    telemetry.hub.publish('consumer.settled', {
      handling,
      settlement: 'dead-lettered',
      attempts: 0,
      durationMs: 50,
      error,
    });
    const span = telemetry.span('process shop.orders');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({ 'eventstream.dead_letter.topic': 'dead-42', 'kafka.offset': 42 });
    expect(span.attributes).not.toHaveProperty('messaging.message.id');
    expect(span.attributes).not.toHaveProperty('cloudevents.event_type');
    expect(span.startTime[0] * 1000 + span.startTime[1] / 1e6).toBe(telemetry.clock.now() - 50);
    // Each is told of once: what is known of a place does not pile up.
    telemetry.hub.publish('consumer.settled', { handling, settlement: 'dead-lettered', attempts: 0, durationMs: 1 });
    expect(telemetry.spans().at(-1)?.attributes).not.toHaveProperty('eventstream.dead_letter.topic');
  });

  test('does not exist for a record that is dropped unseen', () => {
    const telemetry = observe();
    const handling = handlingOf();
    telemetry.hub.publish('consumer.settled', { handling, settlement: 'dropped', attempts: 0, durationMs: 0 });
    expect(telemetry.spans()).toEqual([]);
  });

  test.each<[Settlement, unknown, SpanStatusCode]>([
    ['done', new Error('an attempt before the last'), SpanStatusCode.UNSET],
    ['dropped', undefined, SpanStatusCode.UNSET],
    ['dropped', new Error('gave up'), SpanStatusCode.ERROR],
    ['dead-lettered', undefined, SpanStatusCode.ERROR],
  ])('%s with error %s has status %s', async (settlement, error, status) => {
    const telemetry = observe();
    await telemetry.handle(handlingOf(), undefined, { settlement, error });
    expect(telemetry.span('process shop.orders').status.code).toBe(status);
  });

  test('ends as stale when the partition was revoked meanwhile', () => {
    const telemetry = observe();
    const handling = handlingOf();
    telemetry.hub.publish('consumer.handling', handling);
    telemetry.hub.publish('consumer.stale', { ...handling, epoch: 7 });
    telemetry.hub.publish('consumer.settled', { handling, settlement: 'done', attempts: 1, durationMs: 1 });
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.span('process shop.orders').attributes['eventstream.stale']).toBe(true);
  });
});

describe('traceStructure', () => {
  test.each(['link', 'parent', 'auto'] as const)(
    '"%s" always links to the creation context',
    async (traceStructure) => {
      const telemetry = observe({ traceStructure });
      await telemetry.handle(created());
      const [link, ...others] = telemetry.span('process shop.orders').links;
      expect(others).toEqual([]);
      expect(link?.context).toMatchObject(creation);
    },
  );

  test('"link" begins a trace', async () => {
    const telemetry = observe({ traceStructure: 'link' });
    await telemetry.handle(created());
    const span = telemetry.span('process shop.orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(creation.traceId);
  });

  test('"parent" goes on with the trace, however old the event is', async () => {
    const telemetry = observe({ traceStructure: 'parent' });
    await telemetry.clock.advance(60 * minuteMs);
    await telemetry.handle(created());
    expect(telemetry.span('process shop.orders').parentSpanContext).toMatchObject({ ...creation, isRemote: true });
  });

  test.each([
    [minuteMs, creation],
    [minuteMs + 1, undefined],
  ])('"auto" with an event of %i ms', async (age, parent) => {
    const telemetry = observe();
    await telemetry.clock.advance(age);
    await telemetry.handle(created());
    const found = telemetry.span('process shop.orders').parentSpanContext;
    if (parent === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(parent);
  });

  test.each([
    ['link', undefined],
    ['auto', creation.spanId],
    ['parent', creation.spanId],
  ] as const)('"%s" takes no notice of what is active around the consumer', async (traceStructure, parent) => {
    const telemetry = observe({ traceStructure });
    const startup = trace.setSpan(context.active(), telemetry.tracer.startSpan('startup'));
    const accident = propagation.setBaggage(startup, propagation.createBaggage({ user: { value: '7' } }));
    await context.with(accident, () =>
      telemetry.handle(created(), () => {
        expect(propagation.getActiveBaggage()).toBeUndefined();
        telemetry.tracer.startSpan('INSERT').end();
      }),
    );
    const span = telemetry.span('process shop.orders');
    expect(span.parentSpanContext?.spanId).toBe(parent);
    expect(span.links.map((link) => link.context.spanId)).toEqual([creation.spanId]);
    expect(telemetry.span('INSERT').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });

  test('a context that breaks a W3C rule is as good as none', async () => {
    const telemetry = observe({ traceStructure: 'parent' });
    await telemetry.handle(handlingOf({ trace: { traceparent: `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01` } }));
    const span = telemetry.span('process shop.orders');
    expect(span.links).toEqual([]);
    expect(span.parentSpanContext).toBeUndefined();
  });
});
