import { EventstreamError } from '@eventstream/core';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { observe } from '../test/harness.ts';

const committed = { topic: 'shop.orders', partition: 3, group: 'billing', offset: 43, durationMs: 250 };
const fenced = new EventstreamError('fenced', { message: 'Group moved on.', facts: { group: 'billing', epoch: 2 } });

test('there are none unless asked for', () => {
  const telemetry = observe();
  telemetry.hub.publish('consumer.committed', committed);
  telemetry.hub.publish('consumer.commit-failed', { group: 'billing', error: fenced });
  expect(telemetry.spans()).toEqual([]);
});

test('a commit of a partition is a CLIENT span as long as the commit took', () => {
  const telemetry = observe({ commitSpans: true });
  telemetry.hub.publish('consumer.committed', committed);
  const span = telemetry.span('commit shop.orders');
  expect(span.kind).toBe(SpanKind.CLIENT);
  expect(span.parentSpanContext).toBeUndefined();
  const startMs = span.startTime[0] * 1000 + span.startTime[1] / 1e6;
  expect(startMs).toBe(telemetry.clock.now() - 250);
  expect(span.attributes).toEqual({
    'messaging.system.name': 'kafka',
    'messaging.operation.name': 'commit',
    'messaging.operation.type': 'settle',
    'messaging.destination.name': 'shop.orders',
    'messaging.destination.partition.id': '3',
    'messaging.consumer.group.name': 'billing',
    'kafka.offset': 43,
  });
});

test('a failed commit is a span with the error', () => {
  const telemetry = observe({ commitSpans: true });
  telemetry.hub.publish('consumer.commit-failed', { group: 'billing', error: fenced });
  const span = telemetry.span('commit');
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.attributes).toMatchObject({ 'error.type': 'fenced', 'messaging.consumer.group.name': 'billing' });
});
