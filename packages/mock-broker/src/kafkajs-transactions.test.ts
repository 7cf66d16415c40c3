import { Kafka, logLevel, type Producer } from 'kafkajs';
import { describe, expect } from 'vitest';
import type { MockBroker } from './broker.ts';
import { createManualClock } from './time/manual-clock.ts';
import { test } from './vitest/index.ts';

function client(broker: MockBroker): Kafka {
  const retry = { initialRetryTime: 20, retries: 10 };
  return new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry });
}

async function transactional(broker: MockBroker, transactionalId = 'tx'): Promise<Producer> {
  const producer = client(broker).producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  return producer;
}

async function committedValues(broker: MockBroker): Promise<string[]> {
  const records = await broker.topic('orders').records({ isolation: 'committed' });
  return records.map(({ value }) => String(value)).sort();
}

const messages = (...values: string[]) => values.map((value) => ({ key: value, value }));

describe.each([1, 3])('kafkajs transactions on %i node(s)', (nodes) => {
  test.override({ brokerOptions: { nodes, topics: [{ name: 'orders', partitions: 3 }] } });

  test('what is committed is read, what is aborted is not', async ({ broker }) => {
    const producer = await transactional(broker);
    const committed = await producer.transaction();
    await committed.send({ topic: 'orders', messages: messages('a', 'b', 'c') });
    expect(broker.transaction('tx')?.state).toBe('Ongoing');
    expect(await committedValues(broker)).toEqual([]);
    await committed.commit();
    const aborted = await producer.transaction();
    await aborted.send({ topic: 'orders', messages: messages('never') });
    await aborted.abort();
    await producer.disconnect();
    expect(await committedValues(broker)).toEqual(['a', 'b', 'c']);
    expect(await broker.topic('orders').records()).toHaveLength(4);
  });

  test('a consumer of committed records gets none of an aborted transaction', async ({ broker }) => {
    const producer = await transactional(broker);
    const aborted = await producer.transaction();
    await aborted.send({ topic: 'orders', messages: messages('never') });
    await aborted.abort();
    const committed = await producer.transaction();
    await committed.send({ topic: 'orders', messages: messages('a', 'b', 'c', 'd') });
    await committed.commit();
    await producer.disconnect();

    const seen: string[] = [];
    const consumer = client(broker).consumer({ groupId: 'g', maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
    while (seen.length < 4) await new Promise(setImmediate);
    await consumer.disconnect();
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('offsets go with the transaction', async ({ broker }) => {
    const producer = await transactional(broker);
    const offsets = (offset: string) => ({
      consumerGroupId: 'g',
      topics: [{ topic: 'orders', partitions: [{ partition: 0, offset }] }],
    });
    const aborted = await producer.transaction();
    await aborted.sendOffsets(offsets('5'));
    await aborted.abort();
    expect(broker.group('g')?.offsets).toEqual([]);
    const committed = await producer.transaction();
    await committed.send({ topic: 'orders', messages: messages('a') });
    await committed.sendOffsets(offsets('7'));
    await committed.commit();
    await producer.disconnect();
    expect(broker.group('g')?.offsets).toMatchObject([{ topic: 'orders', partition: 0, offset: 7 }]);
  });

  test('a second producer of the same id fences the first and aborts what it left open', async ({ broker }) => {
    const zombie = await transactional(broker);
    const open = await zombie.transaction();
    await open.send({ topic: 'orders', messages: messages('zombie') });
    const successor = await transactional(broker);
    const transaction = await successor.transaction();
    await transaction.send({ topic: 'orders', messages: messages('successor') });
    await expect(open.send({ topic: 'orders', messages: messages('late') })).rejects.toThrow();
    await expect(open.commit()).rejects.toThrow();
    await transaction.commit();
    await Promise.all([zombie.disconnect(), successor.disconnect()]);
    expect(await committedValues(broker)).toEqual(['successor']);
  });

  test('fifty in a row', async ({ broker }) => {
    const producer = await transactional(broker);
    for (let at = 0; at < 50; at += 1) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'orders', messages: messages(`${at}`) });
      await (at % 5 === 4 ? transaction.abort() : transaction.commit());
    }
    await producer.disconnect();
    expect(await committedValues(broker)).toHaveLength(40);
    expect(broker.transaction('tx')).toMatchObject({ state: 'CompleteAbort', producerEpoch: 0, partitions: [] });
  });

  test('a commit whose answer is lost is done all the same, though kafkajs says otherwise', async ({ broker }) => {
    broker.faults.on('EndTxn').applyThen('disconnect');
    const producer = await transactional(broker);
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: messages('once') });
    await expect(transaction.commit()).rejects.toThrow('Closed connection');
    await producer.disconnect();
    expect(await committedValues(broker)).toEqual(['once']);
  });
});

describe('kafkajs transactions when things go wrong', () => {
  test.override({ brokerOptions: { nodes: 3, topics: [{ name: 'orders', partitions: 3 }] } });

  test('one goes on after its coordinator and a leader have moved', async ({ broker }) => {
    broker.moveCoordinator('tx', 1);
    const producer = await transactional(broker);
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: messages('a', 'b') });
    broker.moveCoordinator('tx', 2);
    await broker.crashNode(3);
    await transaction.send({ topic: 'orders', messages: messages('c', 'd') });
    await transaction.commit();
    await producer.disconnect();
    expect(await committedValues(broker)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('kafkajs transactions that take too long', () => {
  const clock = createManualClock(Date.now());
  test.override({ brokerOptions: { clock, topics: [{ name: 'orders' }] } });

  test('are aborted by the clock, and their producer is fenced', async ({ broker }) => {
    const producer = await transactional(broker);
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: messages('late') });
    clock.advance(60_000);
    expect(broker.transaction('tx')).toMatchObject({ state: 'CompleteAbort', producerEpoch: 1 });
    await expect(transaction.commit()).rejects.toThrow();
    await producer.disconnect();
    expect(await committedValues(broker)).toEqual([]);
  });
});
