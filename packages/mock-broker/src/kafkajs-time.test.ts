import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { type MockBroker, startMockBroker } from './broker.ts';
import { createManualClock } from './time/manual-clock.ts';

const topics = [{ name: 'orders', configs: { 'retention.ms': String(7 * 86_400_000) } }];

/** kafkajs takes its own, real time to connect and to notice, and more of it on a busy machine. */
const timeout = 60_000;

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

function client(broker: MockBroker): Kafka {
  return new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 5, retries: 5 } });
}

/** Counts joins, and finds out by itself that its session is over. */
async function memberOf(broker: MockBroker): Promise<{ consumer: Consumer; joins: () => number }> {
  const consumer = client(broker).consumer({
    groupId: 'g',
    sessionTimeout: 45_000,
    heartbeatInterval: 10,
    maxWaitTimeInMs: 100,
  });
  let joins = 0;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joins += 1;
  });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders' });
  // Running resolves with the first join, which waits for the clock.
  void consumer.run({ eachMessage: async () => undefined });
  return { consumer, joins: () => joins };
}

test('a rebalance delay, 45 s, 15 min and 7 days pass at once, and kafkajs sees what it would see after them', {
  timeout,
}, async () => {
  const clock = createManualClock(Date.now());
  await using broker = await startMockBroker({
    clock,
    topics,
    initialRebalanceDelayMs: 3000,
    compactionCheckMs: 300_000,
  });

  const { consumer, joins } = await memberOf(broker);
  await until(() => broker.group('g')?.state === 'PreparingRebalance');
  clock.advance('3s');
  await until(() => joins() === 1);

  clock.advance('45s');
  expect(broker.group('g')?.members).toEqual([]);
  await clock.runUntil(() => joins() === 2);

  const options = { transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1, transactionTimeout: 900_000 };
  const producer = client(broker).producer(options);
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: 'orders', messages: [{ value: 'late' }] });
  clock.advance('15m');
  await expect(transaction.commit()).rejects.toThrow('expired by the broker');
  expect(await broker.topic('orders').records({ isolation: 'committed' })).toEqual([]);

  const admin = client(broker).admin();
  await admin.connect();
  const [before] = await admin.fetchTopicOffsets('orders');
  expect(before?.low).toBe('0');
  clock.advance('7d');
  // The marker of the abort is younger than the record it aborts.
  clock.advance('1h');
  const [after] = await admin.fetchTopicOffsets('orders');
  expect(after?.low).toBe(after?.high);

  await Promise.all([admin.disconnect(), producer.disconnect()]);
  // The consumer waits for its long poll, which waits for the clock.
  let isStopped = false;
  void consumer.disconnect().then(() => {
    isStopped = true;
  });
  await clock.runUntil(() => isStopped);
});

test('runUntil takes kafkajs through rebalance after rebalance', { timeout }, async () => {
  const clock = createManualClock();
  await using broker = await startMockBroker({ clock, topics, initialRebalanceDelayMs: 3000 });
  const first = await memberOf(broker);
  await clock.runUntil(() => broker.group('g')?.state === 'Stable');
  const second = await memberOf(broker);
  await clock.runUntil(() => broker.group('g')?.state === 'Stable' && broker.group('g')?.members.length === 2);
  for (const { consumer } of [second, first]) {
    let isGone = false;
    void consumer.disconnect().then(() => {
      isGone = true;
    });
    await clock.runUntil(() => isGone, { deadline: '10m' });
  }
  // Who was joining again when it left is missed by nobody before its session is over.
  await clock.runUntil(() => !broker.group('g')?.members.length);
  // Time runs far ahead of a busy client: the group, which committed nothing, may be forgotten already.
  expect(broker.group('g')?.state ?? 'Empty').toBe('Empty');
});
