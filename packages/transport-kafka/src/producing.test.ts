import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from './kafka-transport.ts';

test('a thousand records are stored in order and every receipt tells where', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics: [{ name: 'orders', partitions: 3 }] });
  const transport = kafka({ brokers: broker.brokers });
  await transport.connect();
  const writer = await transport.topic('orders');
  const receipts = await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      writer.append(index % 3, `key-${index}`, `värde ${index}`, [['h', `${index}`]], 1_700_000_000_000 + index),
    ),
  );
  await transport.close();

  const records = await broker.topic('orders').records();
  expect(records).toHaveLength(1000);
  expect(receipts[999]).toEqual({ partition: 0, offset: 333, timestamp: 1_700_000_000_999, attempts: 1 });
  for (const partition of [0, 1, 2]) {
    const values = records.filter((record) => record.partition === partition).map(({ value }) => String(value));
    const expected = Array.from({ length: 1000 }, (_, index) => index).filter((index) => index % 3 === partition);
    expect(values).toEqual(expected.map((index) => `värde ${index}`));
  }
});

test('a partition that is not answered for does not hold up questions to the same broker', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 'stuck' }, { name: 'orders' }] });
  const transport = kafka({ brokers: broker.brokers });
  await transport.connect();
  const writer = await transport.topic('stuck');
  const rule = broker.faults.on('Produce').topic('stuck').silence().always();
  const waiting = writer.append(0, null, 'v', [], 1).catch(({ code }) => code);
  await expect.poll(() => rule.fired).toBe(1);
  const soon = { timeoutMs: 2000 };
  await transport.topic('orders', soon);
  expect(await transport.offsets('orders', soon)).toHaveLength(1);
  expect(await transport.close({ timeoutMs: 100 })).toEqual({ unsent: 1 });
  expect(await waiting).toBe('transport-closed');
});
