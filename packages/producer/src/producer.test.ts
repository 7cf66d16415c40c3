import { decodeRecord } from '@eventstream/contracts';
import { createManualClock, createMemoryCluster } from '@eventstream/core/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createProducer, javaPartitioner, type Receipt } from './index.ts';
import { order, shop } from './testing/shop.ts';

function shopOn(topics: Readonly<Record<string, number>> = { 'shop.orders': 12, 'shop.carts': 3, 'shop.notes': 1 }) {
  const cluster = createMemoryCluster({ topics, autoCreate: false });
  const clock = createManualClock();
  const producer = createProducer({ catalog: shop, source: 'orders-api', transport: cluster.transport(), clock });
  return { cluster, clock, producer };
}

describe('types', () => {
  test('flow from the catalog', async () => {
    const { producer } = shopOn();
    expectTypeOf(producer.send('shop.order.placed', { orderId: 'o', total: 1 })).resolves.toEqualTypeOf<Receipt>();
    // @ts-expect-error no such type
    await expect(producer.send('shop.order.lost', {})).rejects.toMatchObject({ code: 'event-unknown' });
    // @ts-expect-error a wrong payload
    await expect(producer.send('shop.order.placed', { orderId: 1 })).rejects.toMatchObject({ code: 'event-invalid' });
    // @ts-expect-error a payload of another type
    await expect(producer.send('shop.cart.changed', order('o'))).rejects.toMatchObject({ code: 'event-invalid' });
    await producer.close();
  });
});

describe('a sent event', () => {
  test('is a CloudEvent in the partition Java would choose, and its receipt says where', async () => {
    const { cluster, clock, producer } = shopOn();
    const receipt = await producer.send('shop.order.placed', order('order-1'), { id: 'id-1', subject: 'visitor-1' });
    const partition = javaPartitioner('order-1', 12) as number;
    expect(receipt).toEqual({
      id: 'id-1',
      topic: 'shop.orders',
      partition,
      offset: 0,
      timestamp: clock.now(),
      attempts: 1,
      latencyMs: 0,
      durable: 'memory',
    });
    const [record] = cluster.records('shop.orders');
    expect(record?.partition).toBe(partition);
    expect(new TextDecoder().decode(record?.key as Uint8Array)).toBe('order-1');
    expect(decodeRecord(record as NonNullable<typeof record>)).toEqual({
      id: 'id-1',
      source: 'orders-api',
      type: 'shop.order.placed',
      time: clock.now(),
      subject: 'visitor-1',
      dataschema: 'urn:eventstream:shop.order.placed:1',
      trace: {},
      data: { orderId: 'order-1', total: 42, currency: 'EUR' },
    });
    await producer.close();
  });

  test('takes key, partition, time, trace and more headers from its options', async () => {
    const { cluster, producer } = shopOn();
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const receipt = await producer.send('shop.order.placed', order('o'), {
      key: null,
      partition: 5,
      time: 1_000.9,
      trace,
      headers: { tenant: 'acme' },
    });
    expect(receipt).toMatchObject({ partition: 5, timestamp: 1_000 });
    const [record] = cluster.records('shop.orders');
    expect(record?.key).toBeNull();
    expect(decodeRecord(record as NonNullable<typeof record>)).toMatchObject({ time: 1_000, trace });
    expect(record?.headers.map(([name]) => name)).toContain('tenant');
    await producer.close();
  });

  test('can be structured', async () => {
    const cluster = createMemoryCluster();
    const transport = cluster.transport();
    await using producer = createProducer({ catalog: shop, source: 'orders-api', transport, mode: 'structured' });
    await producer.send('shop.cart.changed', { sku: 'A1' });
    const [record] = cluster.records('shop.carts');
    expect(JSON.parse(new TextDecoder().decode(record?.value as Uint8Array))).toMatchObject({
      specversion: '1.0',
      type: 'shop.cart.changed',
      data: { sku: 'A1' },
    });
  });

  test('is what the arguments were at the call, whatever happens to them afterwards', async () => {
    const { cluster, producer } = shopOn();
    const note = { lines: ['first'] };
    const sent = producer.send('shop.note.taken', { note });
    note.lines.push('second');
    await sent;
    const [record] = cluster.records('shop.notes');
    expect(JSON.parse(new TextDecoder().decode(record?.value as Uint8Array))).toEqual({ note: { lines: ['first'] } });
    await producer.close();
  });

  test('without a key shares its partition with its turn; turns take partitions in turn', async () => {
    const { producer } = shopOn();
    await producer.connect();
    const partitions = async () => {
      const sent = ['A', 'B', 'C'].map((sku) => producer.send('shop.cart.changed', { sku }));
      return new Set((await Promise.all(sent)).map(({ partition }) => partition));
    };
    const turns = [await partitions(), await partitions(), await partitions()];
    expect(turns.map((turn) => turn.size)).toEqual([1, 1, 1]);
    expect(new Set(turns.flatMap((turn) => [...turn])).size).toBe(3);
    await producer.close();
  });
});

describe('a send is refused', () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  test.each([
    ['data that cannot be serialised', { data: { note: circular } }, 'event-invalid'],
    ['a bigint', { data: { note: 1n } }, 'event-invalid'],
    ['an empty id', { options: { id: '' } }, 'config-invalid'],
    ['a time that is no time', { options: { time: Number.NaN } }, 'config-invalid'],
    ['a time after the year 9999', { options: { time: 253_402_300_800_000 } }, 'config-invalid'],
    ['a negative time', { options: { time: -1 } }, 'config-invalid'],
    ['a header of the envelope', { options: { headers: { Ce_Id: 'x' } } }, 'config-invalid'],
    ['a partition that is not there', { options: { partition: 9 } }, 'partition-missing'],
    ['a record over the limit', { data: { note: 'x'.repeat(1024 ** 2) } }, 'record-too-large'],
  ])(
    'for %s',
    async (_name, { data = { note: 1 }, options = {} }: { data?: { note: unknown }; options?: object }, code) => {
      const { cluster, producer } = shopOn();
      await expect(producer.send('shop.note.taken', data, options)).rejects.toMatchObject({ code });
      expect(cluster.records('shop.notes')).toEqual([]);
      expect(await producer.close()).toMatchObject({ sent: 0, failed: 1, unsentCount: 0 });
    },
  );

  test('for a topic that is not there, and the next one tries again', async () => {
    const { cluster, producer } = shopOn({ 'shop.carts': 1 });
    await expect(producer.send('shop.order.placed', order('o'))).rejects.toMatchObject({ code: 'topic-missing' });
    await cluster.transport().createTopics([{ topic: 'shop.orders', partitions: 2 }]);
    await expect(producer.send('shop.order.placed', order('o'))).resolves.toMatchObject({ offset: 0 });
    await producer.close();
  });

  test('names size and limit of a huge event', async () => {
    const { producer } = shopOn();
    const sent = producer.send('shop.note.taken', { note: 'x'.repeat(1024 ** 2) });
    await expect(sent).rejects.toMatchObject({
      message: expect.stringMatching(/10\d{5} bytes.*1048576/),
      facts: { limit: 1024 ** 2 },
    });
    await producer.close();
  });
});

test('options that cannot work are refused when the producer is made', () => {
  const transport = createMemoryCluster().transport();
  const make = (options: object) => () =>
    createProducer({ catalog: shop, source: 'orders-api', transport, ...options });
  expect(make({ source: '' })).toThrow(/source/);
  expect(make({ fullTimeout: 'soon' })).toThrow(/fullTimeout/);
  expect(make({ whenFull: 'drop' })).toThrow(/whenFull/);
  expect(make({ waiting: { sends: 0.5 } })).toThrow(/waiting.sends/);
});
