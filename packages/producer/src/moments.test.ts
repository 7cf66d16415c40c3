import { decodeRecord, jsonSerde } from '@eventstream/contracts';
import type { MomentHub, Sending } from '@eventstream/core';
import { createMemoryCluster } from '@eventstream/core/testing';
import { expect, test } from 'vitest';
import { createProducer } from './index.ts';
import { order, shop } from './testing/shop.ts';
import { StubTransport, settle } from './testing/stub-transport.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('sending, sent and failed tell of one event with one object', async () => {
  const cluster = createMemoryCluster({ topics: { 'shop.orders': 12 } });
  await using producer = createProducer({ catalog: shop, source: 'orders-api', transport: cluster.transport() });
  const seen: [string, Sending, number][] = [];
  producer.moments.on('producer.sending', (sending) => seen.push(['sending', sending, sending.partition]));
  producer.moments.on('producer.sent', ({ sending }) => seen.push(['sent', sending, sending.partition]));
  producer.moments.on('producer.failed', ({ sending, error }) => seen.push([error.code, sending, sending.partition]));
  await producer.send('shop.order.placed', order('ö'), { id: 'id-1' });
  await expect(producer.send('shop.order.placed', order('x'), { partition: 99 })).rejects.toThrow();
  expect(seen.map(([name, , partition]) => [name, partition])).toEqual([
    ['sending', -1],
    ['sent', expect.any(Number)],
    ['sending', 99],
    ['partition-missing', 99],
  ]);
  expect(seen[0]?.[1]).toBe(seen[1]?.[1]);
  expect(seen[1]?.[1]).toMatchObject({ id: 'id-1', key: 'ö', topic: 'shop.orders', traceSupplied: false, bytes: 44 });
});

test('a listener of sending may set the trace, which the record then carries; a supplied one is marked', async () => {
  const cluster = createMemoryCluster();
  await using producer = createProducer({ catalog: shop, source: 'orders-api', transport: cluster.transport() });
  producer.moments.on('producer.sending', (sending) => {
    if (!sending.traceSupplied) sending.trace.traceparent = traceparent;
  });
  await producer.send('shop.order.placed', order('1'));
  const own = traceparent.replace('0af7', '1bf8');
  await producer.send('shop.order.placed', order('2'), { trace: { traceparent: own } });
  const traces = cluster.records('shop.orders').map((record) => decodeRecord(record).trace.traceparent);
  expect(traces).toEqual([traceparent, own]);
});

test('waiting tells how many wait', async () => {
  const transport = new StubTransport();
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport });
  const counts: number[] = [];
  producer.moments.on('producer.waiting', ({ waiting }) => counts.push(waiting));
  void producer.send('shop.order.placed', order('1'));
  void producer.send('shop.order.placed', order('2'));
  await settle();
  expect(counts).toEqual([1, 2, 1, 0]);
});

test('instrumentation listens to producer and transport', () => {
  const transport = new StubTransport();
  const hubs: MomentHub[] = [];
  const instrumentation = { attach: (hub: MomentHub) => void hubs.push(hub) };
  const producer = createProducer({
    catalog: shop,
    source: 'orders-api',
    transport,
    instrumentation: [instrumentation],
  });
  expect(hubs).toEqual([producer.moments, transport.moments]);
});

test('what began and cannot be serialised is seen to fail', async () => {
  const serde = {
    ...jsonSerde,
    serialize: (): string => {
      throw new TypeError('circular');
    },
  };
  await using producer = createProducer({ catalog: shop, source: 'x', transport: new StubTransport(), serde });
  const seen: unknown[] = [];
  producer.moments.on('producer.sending', (sending) => seen.push(sending));
  producer.moments.on('producer.failed', ({ sending, error }) => seen.push(sending, error.code));
  await expect(producer.send('shop.order.placed', order('1'))).rejects.toMatchObject({ code: 'event-invalid' });
  expect(seen).toEqual([seen[0], seen[0], 'event-invalid']);
});
