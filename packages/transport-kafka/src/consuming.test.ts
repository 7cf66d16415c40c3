import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { type KafkaTransport, kafka } from './kafka-transport.ts';
import { startReading } from './testing/reader.ts';

const topics = [{ name: 'orders', partitions: 2 }];

async function connected(broker: MockBroker): Promise<KafkaTransport> {
  const transport = kafka({ brokers: broker.brokers, fetchMaxWait: '50ms' });
  await transport.connect();
  return transport;
}

async function write(transport: KafkaTransport, ...values: readonly string[]): Promise<void> {
  const orders = await transport.topic('orders');
  for (const value of values) await orders.append(0, null, value, [], 1);
}

test('after the first fetch only what has changed is asked for (KIP-227)', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = await connected(broker);
  const reader = await startReading(transport, ['orders']);
  const sessions: { epoch: number; partitions: number }[] = [];
  broker.faults
    .on('Fetch')
    .reply((answer, request) => {
      const { sessionEpoch, topics: asked } = request as { sessionEpoch: number; topics: { partitions: unknown[] }[] };
      sessions.push({ epoch: sessionEpoch, partitions: asked.flatMap(({ partitions }) => partitions).length });
      return answer;
    })
    .always();
  for (const value of ['a', 'b', 'c', 'd']) {
    await write(transport, value);
    await reader.until(({ values }) => values.includes(value));
  }

  const incremental = sessions.filter(({ epoch }) => epoch > 0);
  expect(incremental.length).toBeGreaterThan(2);
  expect(Math.max(...incremental.map(({ partitions }) => partitions))).toBeLessThanOrEqual(1);
  await transport.close();
});

test.each(['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR'] as const)(
  'a session that ends with %s begins anew, and nothing is read twice',
  async (error) => {
    await using broker = await startMockBroker({ topics });
    const transport = await connected(broker);
    const reader = await startReading(transport, ['orders']);
    await write(transport, 'a');
    await reader.until(({ values }) => values.length === 1);
    broker.faults.on('Fetch').fail(error).times(3);
    await write(transport, 'b', 'c');
    await reader.until(({ values }) => values.length === 3);
    expect(reader.values).toEqual(['a', 'b', 'c']);
    expect(reader.errors).toEqual([]);
    await transport.close();
  },
);

test('an answer cut off in the middle, a connection lost, a leader that moves: all is read once and in order', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics });
  const transport = await connected(broker);
  const reader = await startReading(transport, ['orders']);
  const trouble = [
    () => broker.faults.on('Fetch').cut(40),
    () => broker.faults.on('Fetch').disconnect(),
    () => broker.faults.on('Fetch').fail('NOT_LEADER_OR_FOLLOWER'),
    () => broker.faults.on('Fetch').fail('UNKNOWN_LEADER_EPOCH'),
    () => broker.moveLeader('orders', 0, 2),
    () => broker.bumpLeaderEpoch('orders', 0),
    () => broker.moveLeader('orders', 0, 3),
    () => broker.crashNode(3),
  ];
  const expected: string[] = [];
  for (const [index, cause] of trouble.entries()) {
    await cause();
    expected.push(`value ${index}`);
    await write(transport, `value ${index}`);
    await reader.until(({ values }) => values.length === expected.length);
  }
  expect(reader.values).toEqual(expected);
  expect(reader.offsets).toEqual(expected.map((_, offset) => offset));
  await transport.close();
});

test('a batch with a broken checksum is told, not pushed, and fetched again', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = await connected(broker);
  await write(transport, 'good');
  broker.faults.on('Fetch').corruptRecords().times(2);
  const reader = await startReading(transport, ['orders']);
  await reader.until(({ values }) => values.length === 1);
  expect(reader.values).toEqual(['good']);
  expect(reader.errors[0]).toMatchObject({
    code: 'record-corrupt',
    retriable: true,
    facts: { topic: 'orders', partition: 0, offset: 0 },
  });
  await transport.close();
});

test('a log that was cut under a new leader is told, and reading goes on at the cut (KIP-320)', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics });
  const transport = await connected(broker);
  const reader = await startReading(transport, ['orders']);
  await write(transport, 'a', 'b', 'c');
  await reader.until(({ values }) => values.length === 3);
  broker.faults.on('OffsetForLeaderEpoch').reply((answer) => {
    const { topics: told } = answer as { topics: { partitions: { endOffset: bigint }[] }[] };
    for (const { partitions } of told) for (const partition of partitions) partition.endOffset = 1n;
    return answer;
  });
  broker.moveLeader('orders', 0, 2);
  await write(transport, 'd');
  await reader.until(({ values }) => values.length === 6);
  expect(reader.values).toEqual(['a', 'b', 'c', 'b', 'c', 'd']);
  expect(reader.errors).toMatchObject([
    { code: 'offset-out-of-range', facts: { offset: 3 }, message: expect.stringContaining('goes on at 1') },
  ]);
  await transport.close();
});

test('a topic made anew is another topic: it is read from its beginning, and that is told', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = await connected(broker);
  const reader = await startReading(transport, ['orders']);
  await write(transport, 'old 1', 'old 2');
  await reader.until(({ values }) => values.length === 2);
  const other = await connected(broker);
  await other.deleteTopics(['orders']);
  await other.createTopics([{ topic: 'orders', partitions: 2 }]);
  await write(other, 'new 1', 'new 2', 'new 3');
  await reader.until(({ values }) => values.includes('new 3'));
  expect(reader.values).toEqual(['old 1', 'old 2', 'new 1', 'new 2', 'new 3']);
  expect(reader.errors).toMatchObject([{ code: 'offset-out-of-range', facts: { partition: 0, offset: 2 } }]);
  await other.close();
  await transport.close();
});

test('what came while a partition was paused is pushed when it is resumed, without another fetch of it', async () => {
  await using broker = await startMockBroker({ topics });
  const transport = await connected(broker);
  const reader = await startReading(transport, ['orders']);
  await write(transport, 'a');
  await reader.until(({ values }) => values.length === 1);
  const gate = broker.faults.gate();
  broker.faults.on('Fetch').hold(gate);
  await write(transport, 'b');
  reader.subscription.pause({ topic: 'orders', partition: 0 });
  gate.open();
  await write(transport, 'c');
  expect(reader.values).toEqual(['a']);
  reader.subscription.resume({ topic: 'orders', partition: 0 });
  await reader.until(({ values }) => values.length === 3);
  expect(reader.values).toEqual(['a', 'b', 'c']);
  await transport.close();
});
