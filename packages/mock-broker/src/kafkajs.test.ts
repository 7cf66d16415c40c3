import { type Admin, type Consumer, Kafka, logLevel } from 'kafkajs';
import { describe, expect } from 'vitest';
import type { MockBroker } from './broker.ts';
import { test } from './vitest/index.ts';

function client(broker: MockBroker): Kafka {
  const retry = { initialRetryTime: 20, retries: 10 };
  return new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry });
}

async function send(broker: MockBroker, values: readonly string[], topic = 'orders'): Promise<void> {
  const producer = client(broker).producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) });
  await producer.disconnect();
}

/** A member of group `g` that notes what it reads. It polls briefly, so that stopping it does not take long. */
async function member(broker: MockBroker, seen: (value: string) => void): Promise<Consumer> {
  const consumer = client(broker).consumer({ groupId: 'g', maxWaitTimeInMs: 100, heartbeatInterval: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => seen(String(message.value)) });
  return consumer;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

const values = Array.from({ length: 60 }, (_, at) => `v${at}`);

describe.each([1, 3])('kafkajs on %i node(s)', (nodes) => {
  test.override({ brokerOptions: { nodes, topics: [{ name: 'orders', partitions: 3 }] } });

  test('what is sent is stored and read, with key, headers and time', async ({ broker }) => {
    const producer = client(broker).producer();
    await producer.connect();
    const message = { key: 'k', value: 'v', headers: { h: 'x' }, timestamp: '1234' };
    await producer.sendBatch({
      acks: 1,
      compression: 1,
      topicMessages: [{ topic: 'orders', messages: [{ ...message, partition: 2 }] }],
    });
    await producer.send({ topic: 'orders', acks: 0, messages: [{ ...message, partition: 1 }] });
    await producer.disconnect();
    await until(() => broker.topic('orders').partitions[1]?.endOffset === 1);
    const records = await broker.topic('orders').records();
    expect(
      records.map(({ partition, timestamp, headers }) => [partition, timestamp, String(headers[0]?.value)]),
    ).toEqual([
      [1, 1234, 'x'],
      [2, 1234, 'x'],
    ]);
  });

  test('an idempotent producer has each of twenty sends at once stored once', async ({ broker }) => {
    const producer = client(broker).producer({ idempotent: true, maxInFlightRequests: 5 });
    await producer.connect();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        producer.send({ topic: 'orders', messages: [{ partition: 0, value: `${at}` }] }),
      ),
    );
    await producer.disconnect();
    const read = (await broker.topic('orders').records()).map(({ value }) => Number(String(value)));
    expect(read.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  });

  test('two members of a group share the partitions and read everything once', async ({ broker }) => {
    const seen: string[] = [];
    const members = [
      await member(broker, (value) => seen.push(value)),
      await member(broker, (value) => seen.push(value)),
    ];
    await until(() => broker.group('g')?.state === 'Stable' && broker.group('g')?.members.length === 2);
    await send(broker, values);
    await until(() => seen.length >= values.length);
    await Promise.all(members.map((one) => one.disconnect()));
    expect(seen.sort()).toEqual([...values].sort());
    const committed = broker.group('g')?.offsets.reduce((sum, { offset }) => sum + offset, 0);
    expect(committed).toBe(values.length);
  });

  test('the admin client', async ({ broker }) => {
    const admin = client(broker).admin();
    await admin.connect();
    const seen: string[] = [];
    await send(broker, values);
    const consumer = await member(broker, (value) => seen.push(value));
    await until(() => seen.length === values.length);
    await consumer.disconnect();
    await administer(admin);
    await admin.disconnect();
  });
});

async function administer(admin: Admin): Promise<void> {
  expect((await admin.describeCluster()).controller).toBe(1);
  expect(await admin.createTopics({ topics: [{ topic: 'new', numPartitions: 2 }] })).toBe(true);
  expect((await admin.listTopics()).sort()).toEqual(['new', 'orders']);
  await admin.createPartitions({ topicPartitions: [{ topic: 'new', count: 4 }] });
  const { topics } = await admin.fetchTopicMetadata({ topics: ['new'] });
  expect(topics[0]?.partitions).toHaveLength(4);
  expect((await admin.fetchTopicOffsets('orders')).reduce((sum, { high }) => sum + Number(high), 0)).toBe(
    values.length,
  );
  expect(await admin.fetchTopicOffsetsByTimestamp('orders', 0)).toHaveLength(3);

  const [committed] = await admin.fetchOffsets({ groupId: 'g', topics: ['orders'] });
  expect(committed?.partitions.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(values.length);
  expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).toEqual(['g']);
  expect((await admin.describeGroups(['g'])).groups[0]?.state).toBe('Empty');
  await admin.deleteGroups(['g']);

  const resource = { type: 2, name: 'orders' };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '9' }] }],
  });
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ ...resource, configNames: ['retention.ms'] }],
  });
  expect(described.resources[0]?.configEntries[0]?.configValue).toBe('9');
  await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '-1' }] });
  const [first] = await admin.fetchTopicOffsets('orders');
  expect(first?.low).toBe(first?.high);
  await admin.deleteTopics({ topics: ['new'] });
  expect(await admin.listTopics()).toEqual(['orders']);
}

describe('kafkajs when things go wrong', () => {
  test.override({ brokerOptions: { nodes: 3, topics: [{ name: 'orders', partitions: 1 }] } });

  test('finds the leader again after it has moved', async ({ broker }) => {
    const producer = client(broker).producer();
    await producer.connect();
    for (const [at, node] of [1, 2, 3].entries()) {
      broker.moveLeader('orders', 0, node);
      await producer.send({ topic: 'orders', messages: [{ value: `${at}` }] });
    }
    await producer.disconnect();
    expect((await broker.topic('orders').records()).map(({ value }) => String(value))).toEqual(['0', '1', '2']);
  });

  test('goes on reading after the leader has crashed', async ({ broker }) => {
    const seen: string[] = [];
    broker.moveCoordinator('g', 2);
    const consumer = await member(broker, (value) => seen.push(value));
    await send(broker, ['before']);
    await until(() => seen.includes('before'));
    await broker.crashNode(1);
    await send(broker, ['after']);
    await until(() => seen.includes('after'));
    await consumer.disconnect();
  });

  test('finds the coordinator again after it has moved', async ({ broker }) => {
    const seen: string[] = [];
    broker.moveCoordinator('g', 2);
    const consumer = await member(broker, (value) => seen.push(value));
    await send(broker, ['before']);
    await until(() => seen.includes('before'));
    broker.moveCoordinator('g', 3);
    await send(broker, ['after']);
    await until(() => broker.group('g')?.offsets[0]?.offset === 2);
    await consumer.disconnect();
  });

  test('an answer that is lost makes an idempotent producer send again, and the broker stores once', async ({
    broker,
  }) => {
    broker.faults.on('Produce').topic('orders').applyThen('disconnect');
    const producer = client(broker).producer({ idempotent: true });
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: 'once' }] });
    await producer.disconnect();
    expect(await broker.topic('orders').records()).toHaveLength(1);
  });

  test('a plain producer stores it twice', async ({ broker }) => {
    broker.faults.on('Produce').topic('orders').applyThen('disconnect');
    await send(broker, ['twice']);
    expect(await broker.topic('orders').records()).toHaveLength(2);
  });
});
