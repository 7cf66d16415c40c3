import { EventstreamError } from '@eventstream/core';
import { ValueType } from '@opentelemetry/api';
import { DataPointType, type Histogram, type MetricData } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { handlingOf, type Observed, observe, sendingOf, turnEnd } from '../test/harness.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

async function metric(telemetry: Observed, name: string): Promise<MetricData> {
  const found = (await telemetry.metrics()).find((each) => each.descriptor.name === name);
  if (found === undefined) throw new Error(`no metric is named ${name}`);
  return found;
}

function points(data: MetricData): readonly (readonly [unknown, unknown])[] {
  return data.dataPoints.map(({ value, attributes }) => [
    data.dataPointType === DataPointType.HISTOGRAM ? (value as Histogram).sum : value,
    attributes,
  ]);
}

/** Everything once, so that every metric exists. */
async function everything(): Promise<Observed> {
  const telemetry = observe();
  await telemetry.send(sendingOf());
  telemetry.hub.publish('consumer.received', {
    topic: 'shop.orders',
    partition: 3,
    group: 'billing',
    records: 5,
    lag: 0,
  });
  await telemetry.handle(handlingOf());
  telemetry.hub.publish('consumer.committed', { ...handlingOf(), offset: 43, durationMs: 4 });
  return telemetry;
}

describe('what the metrics are', () => {
  test.each([
    [
      'messaging.client.operation.duration',
      's',
      DataPointType.HISTOGRAM,
      'Duration of messaging operation initiated by a producer or consumer client.',
    ],
    ['messaging.process.duration', 's', DataPointType.HISTOGRAM, 'Duration of processing operation.'],
    [
      'messaging.client.sent.messages',
      '{message}',
      DataPointType.SUM,
      'Number of messages producer attempted to send to the broker.',
    ],
    [
      'messaging.client.consumed.messages',
      '{message}',
      DataPointType.SUM,
      'Number of messages that were delivered to the application.',
    ],
  ])('%s is in %s', async (name, unit, type, description) => {
    const data = await metric(await everything(), name);
    expect(data.dataPointType).toBe(type);
    expect(data.descriptor).toMatchObject({ unit, description });
    expect(data.descriptor.valueType).toBe(type === DataPointType.SUM ? ValueType.INT : ValueType.DOUBLE);
    if (type === DataPointType.SUM) expect(data).toMatchObject({ isMonotonic: true });
    else expect(data.dataPoints[0]?.value).toMatchObject({ buckets: { boundaries: buckets } });
  });

  test('there are these four', async () => {
    expect(await (await everything()).metrics()).toHaveLength(4);
  });
});

describe('what the metrics say', () => {
  const send = {
    'messaging.system.name': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.destination.name': 'shop.orders',
    'messaging.destination.partition.id': '3',
  };
  const consume = {
    'messaging.system.name': 'kafka',
    'messaging.destination.name': 'shop.orders',
    'messaging.destination.partition.id': '3',
    'messaging.consumer.group.name': 'billing',
  };

  test('durations in seconds, with the operation’s type on operation.duration alone', async () => {
    const telemetry = await everything();
    expect(points(await metric(telemetry, 'messaging.client.operation.duration'))).toEqual([
      [0.02, { ...send, 'messaging.operation.type': 'send' }],
      [0.004, { ...consume, 'messaging.operation.name': 'commit', 'messaging.operation.type': 'settle' }],
    ]);
    expect(points(await metric(telemetry, 'messaging.process.duration'))).toEqual([
      [0.02, { ...consume, 'messaging.operation.name': 'process' }],
    ]);
  });

  test('messages are counted when they are received, not again when they are processed', async () => {
    expect(points(await metric(await everything(), 'messaging.client.consumed.messages'))).toEqual([
      [5, { ...consume, 'messaging.operation.name': 'poll' }],
    ]);
  });

  test('a group of sends is one duration and all its messages; failures are apart', async () => {
    const telemetry = observe();
    const error = new EventstreamError('delivery-failed', {
      message: 'Partition 3 of "shop.orders" refused the batch: NOT_ENOUGH_REPLICAS.',
      facts: { topic: 'shop.orders', partition: 3, attempts: 2, kafkaCode: 'NOT_ENOUGH_REPLICAS' },
    });
    const sendings = [1, 2, 3].map((number) => sendingOf({ id: String(number) }));
    for (const sending of sendings) telemetry.hub.publish('producer.sending', sending);
    await turnEnd();
    sendings.forEach((sending, index) => {
      const durationMs = 100 * (index + 1);
      if (index === 1) telemetry.hub.publish('producer.failed', { sending, error, durationMs });
      else telemetry.hub.publish('producer.sent', { sending, offset: index, attempts: 1, durationMs });
    });
    expect(points(await metric(telemetry, 'messaging.client.sent.messages'))).toEqual([
      [1, { ...send, 'error.type': 'NOT_ENOUGH_REPLICAS' }],
      [2, send],
    ]);
    expect(points(await metric(telemetry, 'messaging.client.operation.duration'))).toEqual([
      [0.3, { ...send, 'messaging.operation.type': 'send', 'error.type': 'NOT_ENOUGH_REPLICAS' }],
    ]);
  });

  test('an event that never left for a broker was not sent', async () => {
    const telemetry = observe();
    const sending = sendingOf();
    const error = new EventstreamError('buffer-full', { message: 'Full.', facts: { bytes: 1, limit: 1 } });
    telemetry.hub.publish('producer.sending', sending);
    telemetry.hub.publish('producer.failed', { sending, error, durationMs: 0 });
    await turnEnd();
    expect(await telemetry.metrics()).toEqual([]);
    expect(telemetry.spans()).toHaveLength(1);
  });

  test('sends are counted without send spans too', async () => {
    const telemetry = observe({ sendSpans: 'none' });
    await telemetry.send(sendingOf());
    expect(points(await metric(telemetry, 'messaging.client.sent.messages'))).toEqual([[1, send]]);
  });

  test('failed handling has an error type', async () => {
    const telemetry = observe();
    const error = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' });
    await telemetry.handle(handlingOf(), undefined, { settlement: 'dead-lettered', error });
    expect(points(await metric(telemetry, 'messaging.process.duration'))).toEqual([
      [0.02, { ...consume, 'messaging.operation.name': 'process', 'error.type': 'EHOSTUNREACH' }],
    ]);
  });
});

test('what is dropped unseen was not processed', async () => {
  const telemetry = observe();
  await telemetry.handle(handlingOf(), undefined, { settlement: 'dropped', attempts: 0 });
  expect(await telemetry.metrics()).toEqual([]);
});

describe('how many series there are', () => {
  test('errors count too', async () => {
    const telemetry = observe();
    for (let number = 0; number < 6000; number += 1) {
      const handling = handlingOf({ partition: number % 100 });
      const error = Object.assign(new Error('x'), { name: `Error${Math.floor(number / 100)}` });
      await telemetry.handle(handling, undefined, { settlement: 'dead-lettered', error });
    }
    const { dataPoints } = await metric(telemetry, 'messaging.process.duration');
    expect(dataPoints.length).toBeLessThanOrEqual(500 + 60);
    expect(dataPoints.reduce((sum, { value }) => sum + (value as Histogram).count, 0)).toBe(6000);
  });

  test('at most 2,000 and a few, whatever topics, keys and errors come', async () => {
    const telemetry = observe();
    for (let number = 0; number < 5000; number += 1) {
      const handling = handlingOf({ topic: `topic-${number}`, id: `event-${number}`, key: `key-${number}` });
      const error = Object.assign(new Error('x'), { name: `Error${number}` });
      telemetry.hub.publish('consumer.received', { ...handling, records: 1, lag: null });
      telemetry.hub.publish('consumer.settled', {
        handling,
        settlement: 'dead-lettered',
        attempts: 1,
        durationMs: 1,
        error,
      });
      telemetry.hub.publish('consumer.committed', { ...handling, durationMs: 1 });
    }
    const all = await telemetry.metrics();
    const count = all.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
    expect(count).toBeGreaterThan(1000);
    expect(count).toBeLessThanOrEqual(2000);
    const consumed = points(await metric(telemetry, 'messaging.client.consumed.messages'));
    expect(consumed.at(-1)).toEqual([4500, { 'messaging.system.name': 'kafka', 'messaging.operation.name': 'poll' }]);
  });
});
