import { encodeConsumerAssignment, messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { describeGroup } from '../groups/view.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { modernMember } from '../testing/modern-member.ts';
import { rawClient } from '../testing/raw-client.ts';
import { shareReader } from '../testing/share-reader.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { errorsIn } from './errors-in.ts';
import { RequestLog } from './request-log.ts';

const topics = [{ name: 'orders' }];

test('a connection tells who is there, since when, and how much it said', async () => {
  const clock = createManualClock();
  await using broker = await startMockBroker({ topics, clock });
  const admin = new Kafka({ brokers: broker.brokers, clientId: 'shop', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  clock.advance('5s');
  expect(await admin.listTopics()).toEqual(['orders']);
  const [connection] = broker.connections();
  const who = { listener: 'PLAINTEXT', host: '127.0.0.1', clientId: 'shop', principal: 'User:ANONYMOUS' };
  expect(connection).toMatchObject({ nodeId: 1, ...who, ageMs: 5000, inFlight: 0 });
  expect(connection!.bytesIn).toBeGreaterThan(20);
  expect(connection!.bytesOut).toBeGreaterThan(20);
  await admin.disconnect();
  while (broker.connections().length > 0) await new Promise(setImmediate);
});

test('a client tells what it runs', async () => {
  await using broker = await startMockBroker({ topics });
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.call(messages.apiVersions, 3, { clientSoftwareName: 'probe', clientSoftwareVersion: '7.1' });
  expect(broker.connections()).toMatchObject([{ softwareName: 'probe', softwareVersion: '7.1', requests: 1 }]);
});

describe('requests', () => {
  test('are remembered with their errors and the faults that struck them', async () => {
    await using broker = await startMockBroker({ topics });
    await using client = await rawClient(broker.nodes[0]!.port);
    broker.faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
    broker.faults.on('Produce').at('frame').delay(0);
    await client.produce('orders', 'a').catch(() => undefined);
    await client.call(messages.metadata, 9, { topics: [] });
    const [failed, fine] = broker.requests();
    expect(failed).toMatchObject({
      id: 1,
      api: 'Produce',
      outcome: 'replied',
      errors: ['NOT_LEADER_OR_FOLLOWER'],
      faults: ["on('Produce').at('frame').delay(0)", "on('Produce').fail('NOT_LEADER_OR_FOLLOWER')"],
    });
    expect(fine).toMatchObject({ id: 2, api: 'Metadata', errors: [], faults: [] });
    expect(broker.requests({ api: 'Metadata' })).toEqual([fine]);
    expect(broker.requests({ error: 'NOT_LEADER_OR_FOLLOWER' })).toEqual([failed]);
    expect(broker.requests({ node: 2 })).toEqual([]);
    expect(broker.requests({ limit: 1 })).toEqual([fine]);
  });

  test('that wait are told to wait, and for how long', async () => {
    const clock = createManualClock();
    await using broker = await startMockBroker({ topics, clock });
    await using client = await rawClient(broker.nodes[0]!.port);
    broker.faults.on('Metadata').silence();
    const arrived = broker.waitForRequests(1);
    const asked = client.call(messages.metadata, 9, { topics: [] }).catch(() => undefined);
    await arrived;
    clock.advance('3s');
    expect(broker.requests()).toMatchObject([{ outcome: 'waiting', durationMs: 3000 }]);
    expect(broker.connections()).toMatchObject([{ inFlight: 1 }]);
    await broker.close();
    await asked;
  });

  test('are as many as were asked for, the newest', () => {
    const clock = createManualClock();
    const arrived = { api: 'Fetch', version: 1, clientId: 'c', nodeId: 1, remotePort: 1, bytes: 1 };
    for (const size of [0, 1, 3, 1000]) {
      const log = new RequestLog(size, clock);
      for (let count = 0; count < 10; count += 1) log.end(log.begin(arrived), 'replied');
      const newest = Array.from({ length: 10 }, (_, at) => at + 1).slice(10 - Math.min(10, size));
      expect(log.list().map(({ id }) => id)).toEqual(newest);
    }
  });

  test('have every error once, however deep it lies, and none from bytes', () => {
    const inside = [{ partitionErrorCode: 6 }, { errorCode: 6 }, { errorCode: 0 }, { errorCode: 999 }];
    const answer = { errorCode: 16, topics: [{ inside, records: new Uint8Array([1, 2]) }], nothing: null };
    expect(errorsIn(answer)).toEqual(['NOT_COORDINATOR', 'NOT_LEADER_OR_FOLLOWER', 'error 999']);
  });
});

describe('a group tells members, what they have, offsets and lag', () => {
  const viewOf = (under: ReturnType<typeof clusterUnderTest>, id: string) =>
    describeGroup(under.cluster.groups.find(id)!, under.cluster);

  test('of the classic protocol', async () => {
    const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
    await produce(under, 't', { values: ['a', 'b', 'c'] });
    const member = groupMember(under);
    await member.join();
    const assignment = Buffer.from(
      encodeConsumerAssignment(0, { assignedPartitions: [{ topic: 't', partitions: [0, 1] }] }),
    );
    await member.sync({}, { assignments: [{ memberId: member.memberId, assignment }] });
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: 'm' }];
    const claim = { groupId: 'g', memberId: member.memberId, generationIdOrMemberEpoch: member.generationId };
    await under.call(messages.offsetCommit, { version: 7 }, { ...claim, topics: [{ name: 't', partitions }] });
    expect(viewOf(under, 'g')).toMatchObject({
      type: 'classic',
      members: [{ clientId: 'test', clientHost: '/10.0.0.7', assigned: ['t-0', 't-1'] }],
      offsets: [{ topic: 't', partition: 0, offset: 1, metadata: 'm', lag: 2 }],
    });
  });

  test('of KIP-848', async () => {
    const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
    await produce(under, 't', { values: ['a'] });
    const member = modernMember(under, 'm');
    await member.join();
    await member.commit(1n);
    const offsets = [{ topic: 't', partition: 0, offset: 1, lag: 0 }];
    expect(viewOf(under, 'g')).toMatchObject({ type: 'consumer', members: [{ assigned: ['t-0', 't-1'] }], offsets });
  });

  test('of share groups: what is done out of turn is no lag', async () => {
    const under = clusterUnderTest({ topics: [{ name: 't' }] });
    under.cluster.groups.settings.configsOf('s').set('share.auto.offset.reset', 'earliest');
    const beat = { groupId: 's', memberId: 'm', memberEpoch: 0, subscribedTopicNames: ['t'] };
    await under.call(messages.shareGroupHeartbeat, { version: 1 }, beat);
    await produce(under, 't', { values: ['a', 'b', 'c', 'd'] });
    const reader = shareReader(under, 'm');
    await reader.fetch();
    await reader.acknowledge([0, 0, 1], [2, 2, 1]);
    const offsets = [{ topic: 't', partition: 0, offset: 1, lag: 2 }];
    expect(viewOf(under, 's')).toMatchObject({ type: 'share', members: [{ assigned: ['t-0'] }], offsets });
  });
});

test('records tell what became of their transaction', async () => {
  await using broker = await startMockBroker({ topics });
  const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const options = { transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 };
  const producer = kafka.producer(options);
  await producer.connect();
  const send = async (value: string) => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value }] });
    return transaction;
  };
  await (await send('kept')).commit();
  await (await send('dropped')).abort();
  const open = await send('undecided');
  const states = async () =>
    (await broker.topic('orders').records()).map(({ value, transaction }) => `${value} ${transaction?.state}`);
  expect(await states()).toEqual(['kept committed', 'dropped aborted', 'undecided open']);
  await open.commit();
  expect((await states()).at(-1)).toBe('undecided committed');
  await producer.disconnect();
});
