import { isEventstreamError, type PartitionOffset, type TopicPartition } from '@eventstream/core';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { describe, expect, test } from 'vitest';
import { kafka } from '../kafka-transport.ts';

const topics = [
  { name: 'orders', partitions: 2 },
  { name: 'invoices', partitions: 2 },
];

async function connected(broker: MockBroker) {
  const transport = kafka({ brokers: broker.brokers, fetchMaxWait: '50ms' });
  await transport.connect();
  return transport;
}

const values = async (broker: MockBroker, topic: string, isolation: 'committed' | 'uncommitted') =>
  (await broker.topic(topic).records({ isolation })).map(({ value }) => String(value)).sort();

describe.each([1, 2] as const)('transactions as of transaction.version %i', (transactionVersion) => {
  const start = () => startMockBroker({ nodes: 3, topics, transactionVersion });

  test('records of several partitions are seen together, at the commit', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const producer = await transport.transactional('billing');
    const orders = await producer.topic('orders');
    const invoices = await producer.topic('invoices');

    for (const round of [1, 2, 3]) {
      producer.begin();
      const receipts = [
        orders.append(0, null, `order ${round}`, [], 1),
        orders.append(1, null, `other ${round}`, [], 1),
        invoices.append(1, null, `invoice ${round}`, [], 1),
      ];
      await Promise.all(receipts);
      expect(await values(broker, 'invoices', 'committed')).toHaveLength(round - 1);
      await producer.commit();
      expect(await values(broker, 'invoices', 'committed')).toHaveLength(round);
    }
    expect(await values(broker, 'orders', 'committed')).toHaveLength(6);
    await transport.close();
  });

  test('what is aborted is never seen, and the next transaction works', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const producer = await transport.transactional('billing');
    const orders = await producer.topic('orders');

    producer.begin();
    await orders.append(0, null, 'aborted', [], 1);
    const unsent = expect(orders.append(1, null, 'unsent', [], 1)).rejects.toMatchObject({ code: 'aborted' });
    await producer.abort();
    await unsent;
    producer.begin();
    await orders.append(0, null, 'kept', [], 1);
    await producer.commit();

    expect(await values(broker, 'orders', 'committed')).toEqual(['kept']);
    expect(await values(broker, 'orders', 'uncommitted')).toContain('aborted');
    await transport.close();
  });

  test('a second producer of the id fences the first', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const first = await transport.transactional('billing');
    const orders = await first.topic('orders');
    first.begin();
    await orders.append(0, null, 'zombie', [], 1);
    const second = await transport.transactional('billing');

    await expect(first.commit()).rejects.toMatchObject({
      code: 'producer-fenced',
      facts: { transactionalId: 'billing' },
    });
    expect(() => first.begin()).toThrow(/fenced/);
    second.begin();
    await (await second.topic('orders')).append(0, null, 'alive', [], 1);
    await second.commit();
    expect(await values(broker, 'orders', 'committed')).toEqual(['alive']);
    await transport.close();
  });

  test('offsets of a group are committed with the records made from them', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const source = await transport.topic('orders');
    for (const value of ['a', 'b']) await source.append(0, null, value, [], 1);

    const producer = await transport.transactional('billing');
    const invoices = await producer.topic('invoices');
    const read: string[] = [];
    let epoch = 0;
    let enough = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const subscription = await transport.subscribe({
      group: 'billing',
      topics: ['orders'],
      startFrom: 'earliest',
      onAssigned: (_: readonly TopicPartition[], now: number) => {
        epoch = now;
      },
      onRevoked: () => undefined,
      onRecords: ({ records }) => {
        for (const { value } of records) read.push(String(Buffer.from(value ?? [])));
        if (read.length === 2) enough();
      },
      onError: (error) => {
        throw error;
      },
    });
    await both;
    const offset: PartitionOffset = { topic: 'orders', partition: 0, offset: 2 };

    producer.begin();
    await invoices.append(0, null, 'from a and b', [], 1);
    await producer.sendOffsets([offset], subscription, epoch);
    await producer.abort();
    expect(await transport.committed('billing', 'orders')).toEqual([]);

    producer.begin();
    await invoices.append(0, null, 'from a and b', [], 1);
    await producer.sendOffsets([offset], subscription, epoch);
    await producer.commit();
    expect(await transport.committed('billing', 'orders')).toEqual([offset]);
    expect(await values(broker, 'invoices', 'committed')).toEqual(['from a and b']);

    producer.begin();
    await expect(producer.sendOffsets([offset], subscription, epoch - 1)).rejects.toMatchObject({ code: 'fenced' });
    await expect(producer.commit()).rejects.toMatchObject({ code: 'fenced' });
    await producer.abort();
    await transport.close();
  });

  test('a lost answer to the commit is asked for again, and the commit happened once', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const producer = await transport.transactional('billing');
    const orders = await producer.topic('orders');
    producer.begin();
    await orders.append(0, null, 'once', [], 1);
    broker.faults.on('EndTxn').applyThen('disconnect');
    await producer.commit();
    producer.begin();
    await orders.append(0, null, 'twice', [], 1);
    await producer.commit();
    expect(await values(broker, 'orders', 'committed')).toEqual(['once', 'twice']);
    await transport.close();
  });

  test('a record that is refused makes the whole transaction fail, and the one after it works', async () => {
    await using broker = await start();
    const transport = await connected(broker);
    const producer = await transport.transactional('billing');
    const orders = await producer.topic('orders');
    producer.begin();
    await orders.append(0, null, 'good', [], 1);
    broker.faults.on('Produce').fail('INVALID_RECORD');
    await expect(orders.append(1, null, 'bad', [], 1)).rejects.toMatchObject({ code: 'delivery-failed' });
    await expect(orders.append(0, null, 'late', [], 1)).rejects.toMatchObject({ code: 'delivery-failed' });
    await expect(producer.commit()).rejects.toMatchObject({ code: 'delivery-failed' });
    await producer.abort();

    producer.begin();
    await Promise.all([orders.append(0, null, 'a', [], 1), orders.append(1, null, 'b', [], 1)]);
    await producer.commit();
    expect(await values(broker, 'orders', 'committed')).toEqual(['a', 'b']);
    await transport.close();
  });
});

test('calls out of order say what state the producer is in and what to do', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = await connected(broker);
  const producer = await transport.transactional('billing');
  const orders = await producer.topic('orders');
  await expect(orders.append(0, null, 'x', [], 1)).rejects.toMatchObject({
    code: 'transaction-state',
    message: 'Transactional producer "billing" is ready. Begin a transaction first.',
  });
  await expect(producer.commit()).rejects.toMatchObject({ code: 'transaction-state' });
  await producer.abort();
  producer.begin();
  expect(() => producer.begin()).toThrow(/open.*Commit or abort/);
  await producer.commit();
  await producer.close();
  expect(() => producer.begin()).toThrow(/closed/);
  await expect(transport.transactional('')).rejects.toSatisfy((error) => isEventstreamError(error, 'config-invalid'));
  await transport.close();
});
