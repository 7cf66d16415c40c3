import { messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { type MockBroker, startMockBroker } from '../broker.ts';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { encodeOne } from '../testing/encode-one.ts';
import { rawClient } from '../testing/raw-client.ts';
import { createManualClock } from '../time/manual-clock.ts';

const topics = [{ name: 'orders', partitions: 1 }];

async function values(broker: MockBroker, isolation: 'committed' | 'uncommitted' = 'uncommitted') {
  return (await broker.topic('orders').records({ isolation })).map(({ value }) => String(value));
}

async function produce(broker: MockBroker, value: string) {
  await using client = await rawClient(broker.nodes[0]!.port);
  return await client.produce('orders', value);
}

function kafkaOf({ brokers }: MockBroker): Kafka {
  return new Kafka({ brokers, retry: { initialRetryTime: 20 }, logLevel: logLevel.NOTHING });
}

test('a cluster is put back to where it was, and goes on from there', async () => {
  await using broker = await startMockBroker({ topics });
  await produce(broker, 'a');
  const snapshot = broker.snapshot();
  await produce(broker, 'b');
  broker.createTopic({ name: 'later' });
  broker.restore(snapshot);
  expect(await values(broker)).toEqual(['a']);
  expect(broker.topics).toEqual(['orders']);
  await produce(broker, 'c');
  expect(await values(broker)).toEqual(['a', 'c']);
  broker.restore(snapshot);
  expect(await values(broker)).toEqual(['a']);
});

test('a topic made after a restore has an id that no topic had before it', async () => {
  await using broker = await startMockBroker({ topics });
  const snapshot = broker.snapshot();
  const { id } = broker.createTopic({ name: 'later' });
  broker.restore(snapshot);
  expect(broker.createTopic({ name: 'another' }).id).not.toBe(id);
});

test('a fork has its own ports, the ids of its origin and its own future', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics });
  broker.moveLeader('orders', 0, 2);
  const snapshot = broker.snapshot();
  await using fork = await startMockBroker({ from: snapshot });
  await using other = await startMockBroker({ from: snapshot });
  expect(fork.topic('orders').id).toBe(broker.topic('orders').id);
  expect(fork.topic('orders').partitions[0]).toMatchObject({ leader: 2, leaderEpoch: 1 });
  expect(fork.nodes.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(new Set([...broker.brokers, ...fork.brokers, ...other.brokers]).size).toBe(9);
  const made = fork.createTopic({ name: 'later' });
  expect([broker.topic('orders').id, fork.topic('orders').id]).not.toContain(made.id);
  expect(other.createTopic({ name: 'later' }).id).toBe(made.id);
  expect(broker.topics).toEqual(['orders']);
});

test('a fork of a cluster with other nodes is refused', async () => {
  await using broker = await startMockBroker({ nodes: 3 });
  await expect(startMockBroker({ from: broker.snapshot(), nodes: 2 })).rejects.toThrow(
    'Option from: the snapshot is of 3 nodes from 1 on, not 2 from 1 on: leave nodes and firstNodeId out.',
  );
});

test('restoring cuts connections, and a consumer reads on from what was committed then', async () => {
  await using broker = await startMockBroker({ topics });
  for (const value of ['a', 'b', 'c']) await produce(broker, value);
  const consumer = kafkaOf(broker).consumer({ groupId: 'billing', maxWaitTimeInMs: 100 });
  const seen: string[] = [];
  const gone = { resolve: (): void => undefined };
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      gone.resolve = () => void (seen.length >= count && resolve());
      gone.resolve();
    });
  const before = broker.snapshot();
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      seen.push(String(message.value));
      gone.resolve();
    },
  });
  await reached(3);
  broker.restore(before);
  expect(broker.group('billing')).toBeUndefined();
  await reached(6);
  expect(seen).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  await consumer.disconnect();
});

test('a request held by a fault is not applied after the restore', async () => {
  await using broker = await startMockBroker({ topics });
  const snapshot = broker.snapshot();
  broker.faults.on('Produce').hold('gate');
  const arrived = broker.waitForRequests(1, { api: 'Produce' });
  const lost = produce(broker, 'zombie').catch((error: Error) => error.message);
  await arrived;
  broker.restore(snapshot);
  expect(await lost).toBe('the connection was closed');
  broker.faults.gate('gate').open();
  await produce(broker, 'after');
  expect(await values(broker)).toEqual(['after']);
});

test('the witness holds nothing against those who begin anew after a restore', async () => {
  await using broker = await startMockBroker({ topics, witness: true });
  const send = async () => {
    await using client = await rawClient(broker.nodes[0]!.port);
    const records = encodeOne({ value: 'v', producerId: 7n, baseSequence: 0 });
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
    await client.call(messages.produce, 9, { acks: -1, timeoutMs: 1000, topicData });
  };
  const before = broker.snapshot();
  await produce(broker, 'first');
  await send();
  broker.restore(before);
  // The same sequence, and at another offset: a duplicate, if anybody remembered the first.
  await send();
  broker.witness.expectClean();
  broker.forgetProducers('orders', 0);
  await send();
  expect(broker.witness.findings().map(({ kind }) => kind)).toEqual(['duplicate']);
  broker.restore(before);
  expect(broker.witness.findings()).toEqual([]);
});

test('an idempotent producer is recognised in a fork', async () => {
  await using broker = await startMockBroker({ topics });
  const send = async (to: MockBroker, sequence: number) => {
    await using client = await rawClient(to.nodes[0]!.port);
    const records = encodeOne({ value: String(sequence), producerId: 7n, baseSequence: sequence });
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
    const answer = await client.call(messages.produce, 9, { acks: -1, timeoutMs: 1000, topicData });
    return answer.responses[0]?.partitionResponses[0]?.errorCode;
  };
  await send(broker, 0);
  await using fork = await startMockBroker({ from: broker.snapshot() });
  await send(broker, 1);
  expect([await send(fork, 0), await send(fork, 2), await send(fork, 1)]).toEqual([0, 45, 0]);
  expect(await values(fork)).toEqual(['0', '1']);
});

describe('transactions', () => {
  async function open(options: MockBrokerOptions = {}) {
    const broker = await startMockBroker({ topics, ...options });
    const producer = kafkaOf(broker).producer({ transactionalId: 'billing', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'held' }] });
    return { broker, transaction, producer };
  }

  test('an open one is open in the fork, and times out there', async () => {
    const clock = createManualClock();
    const { broker, transaction, producer } = await open({ clock });
    const snapshot = broker.snapshot();
    await transaction.commit();
    await producer.disconnect();
    await using fork = await startMockBroker({ from: snapshot });
    expect(fork.transaction('billing')?.state).toBe('Ongoing');
    expect(await values(fork, 'committed')).toEqual([]);
    clock.advance('60s');
    expect(fork.transaction('billing')?.state).toBe('CompleteAbort');
    expect(await values(broker, 'committed')).toEqual(['held']);
    await broker.close();
  });

  test('one that was decided is completed in the fork', async () => {
    const { broker, transaction, producer } = await open();
    const write = broker.holdMarkers();
    await transaction.commit();
    const snapshot = broker.snapshot();
    write();
    await producer.disconnect();
    await using fork = await startMockBroker({ from: snapshot });
    expect(fork.transaction('billing')?.state).toBe('CompleteCommit');
    expect(await values(fork, 'committed')).toEqual(['held']);
    await broker.close();
  });
});

test('configs, access rules, users and quotas come along', async () => {
  await using broker = await startMockBroker({
    topics: [{ name: 'orders', configs: { 'cleanup.policy': 'compact' } }],
    listeners: [{ name: 'ADMIN', protocol: 'PLAINTEXT' }, { protocol: 'SASL_PLAINTEXT' }],
    users: { alice: { password: 'secret' } },
    acls: { superUsers: ['User:ANONYMOUS'] },
  });
  const acl = { principal: 'User:alice', host: '*', operation: 3, permissionType: 3 };
  const rule = { ...acl, resourceType: 2, resourceName: 'orders', resourcePatternType: 3 };
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.call(messages.createAcls, 2, { creations: [rule] });
  const quota = {
    entity: [{ entityType: 'user', entityName: 'alice' }],
    ops: [{ key: 'producer_byte_rate', value: 9, remove: false }],
  };
  await client.call(messages.alterClientQuotas, 1, { entries: [quota], validateOnly: false });
  await using fork = await startMockBroker({ from: broker.snapshot() });
  await using there = await rawClient(fork.nodes[0]!.port);
  const any = { resourceTypeFilter: 1, resourceNameFilter: null, patternTypeFilter: 1, principalFilter: null };
  const { resources } = await there.call(messages.describeAcls, 2, {
    ...any,
    hostFilter: null,
    operation: 1,
    permissionType: 1,
  });
  expect(resources).toMatchObject([{ resourceName: 'orders', acls: [{ principal: 'User:alice' }] }]);
  const { entries } = await there.call(messages.describeClientQuotas, 1, { components: [], strict: false });
  expect(entries).toMatchObject([{ values: [{ key: 'producer_byte_rate', value: 9 }] }]);
  const resource = { resourceType: 2, resourceName: 'orders', configurationKeys: ['cleanup.policy'] };
  const { results } = await there.call(messages.describeConfigs, 4, { resources: [resource] });
  expect(results[0]?.configs[0]?.value).toBe('compact');
  const sasl = { mechanism: 'scram-sha-256', username: 'alice', password: 'secret' } as const;
  const admin = new Kafka({
    brokers: [...fork.listener('SASL_PLAINTEXT').brokers],
    sasl,
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  await admin.disconnect();
});
