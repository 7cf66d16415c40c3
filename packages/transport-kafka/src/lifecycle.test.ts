import type { EventstreamError } from '@eventstream/core';
import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from './kafka-transport.ts';
import { resourceCount } from './testing/left-behind.ts';
import { startRawServer } from './testing/raw-server.ts';
import { startReading } from './testing/reader.ts';

const topics = [{ name: 'orders' }];
const codeOf = (error: EventstreamError) => error.code;

test('a transport that was closed opens again', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = kafka({ brokers: broker.brokers });
  for (const value of ['a', 'b']) {
    await transport.connect();
    const orders = await transport.topic('orders');
    await orders.append(0, null, value, [], 1);
    await transport.close();
  }
  expect((await broker.topic('orders').records()).map(({ value }) => String(value))).toEqual(['a', 'b']);
});

test('a transport that could not connect can later', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = kafka({ brokers: broker.brokers, connectTimeout: 100 });
  const rule = broker.faults.on('ApiVersions').silence().always();
  await expect(transport.connect()).rejects.toMatchObject({ code: 'transport-unreachable' });
  expect(rule.fired).toBeGreaterThan(0);
  broker.faults.clear();
  await transport.connect();
  await transport.close();
});

test('a connect that its caller gives up ends at once, and the next one is not touched by it', async () => {
  await using silent = await startRawServer(() => undefined);
  const leftBehind = resourceCount();
  const transport = kafka({ brokers: silent.address });
  await expect(transport.connect({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  await expect.poll(leftBehind).toEqual({});
  await expect(transport.connect({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'aborted' });
  await expect.poll(leftBehind).toEqual({});
});

test('what waits for brokers that are gone ends with the transport', async () => {
  const broker = await startMockBroker({ topics });
  const leftBehind = resourceCount();
  const transport = kafka({ brokers: broker.brokers });
  await transport.connect();
  const orders = await transport.topic('orders');
  await broker.close();
  const waiting = [
    transport.topic('invoices').catch(codeOf),
    transport.offsets('orders').catch(codeOf),
    transport.committed('readers', 'orders').catch(codeOf),
    transport.transactional('billing').catch(codeOf),
    orders.append(0, null, 'v', [], 1).catch(codeOf),
  ];
  await expect.poll(() => leftBehind()['Timeout'] ?? 0).toBeGreaterThan(0);
  const began = performance.now();
  expect(await transport.close({ timeoutMs: 200 })).toEqual({ unsent: 1 });
  expect(await Promise.all(waiting)).toEqual(Array(5).fill('transport-closed'));
  expect(performance.now() - began).toBeLessThan(1000);
  await expect.poll(leftBehind).toEqual({});
});

test('nothing outlives a close: no socket, no timer', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics: [{ name: 'orders', partitions: 3 }] });
  const leftBehind = resourceCount();
  const transport = kafka({ brokers: broker.brokers, linger: '5ms' });
  await transport.connect();
  const orders = await transport.topic('orders');
  const reader = await startReading(transport, ['orders']);
  const producer = await transport.transactional('billing');
  producer.begin();
  const billed = await producer.topic('orders');
  await Promise.all([billed.append(0, null, 'a', [], 1), orders.append(1, null, 'b', [], 1)]);
  await producer.commit();
  await reader.until(({ values }) => values.length === 2);
  await transport.close();
  await expect.poll(leftBehind).toEqual({});
});

test.each(['Fetch', 'Heartbeat', 'LeaveGroup', 'Produce', 'EndTxn', 'OffsetCommit'] as const)(
  'a broker silent at %s does not keep a transport from closing in time',
  async (api) => {
    await using broker = await startMockBroker({ topics });
    const leftBehind = resourceCount();
    const transport = kafka({ brokers: broker.brokers });
    await transport.connect();
    const orders = await transport.topic('orders');
    const reader = await startReading(transport, ['orders']);
    const producer = await transport.transactional('billing');
    producer.begin();
    await (await producer.topic('orders')).append(0, null, 'a', [], 1);
    broker.faults.on(api).silence().always();
    const appended = orders.append(0, null, 'v', [], 1).catch(codeOf);
    const began = performance.now();
    await transport.close({ timeoutMs: 300 });
    expect(performance.now() - began).toBeLessThan(800);
    await appended;
    expect(reader.subscription).toBeDefined();
    await expect.poll(leftBehind).toEqual({});
  },
);
