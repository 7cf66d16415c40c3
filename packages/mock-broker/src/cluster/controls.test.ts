import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { type MockBroker, startMockBroker } from '../broker.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { rawClient } from '../testing/raw-client.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import { expireMember } from './expire-member.ts';

const topics = [{ name: 't' }];

async function describe(broker: MockBroker) {
  await using client = await rawClient(broker.nodes[0]!.port);
  const answer = await client.call(messages.metadata, 9, { topics: [{ name: 't' }] });
  const [partition] = answer.topics[0]!.partitions;
  return { controller: answer.controllerId, leader: partition!.leaderId, epoch: partition!.leaderEpoch };
}

test('the controller, a leader’s epoch, and metadata that stays behind', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics });
  expect(await describe(broker)).toEqual({ controller: 1, leader: 1, epoch: 0 });
  broker.moveController(3);
  broker.bumpLeaderEpoch('t', 0);
  expect(await describe(broker)).toEqual({ controller: 3, leader: 1, epoch: 1 });
  const thaw = broker.freezeMetadata();
  broker.moveLeader('t', 0, 2);
  expect(await describe(broker)).toEqual({ controller: 3, leader: 1, epoch: 1 });
  thaw();
  expect(await describe(broker)).toEqual({ controller: 3, leader: 2, epoch: 2 });
  await broker.stopNode(3);
  expect((await describe(broker)).controller).toBe(1);
});

test('an epoch a client has not heard of fences it', async () => {
  const under = clusterUnderTest({ topics });
  under.cluster.catalog.byName('t')!.partition(0)!.lead(1);
  const partitions = [{ partition: 0, currentLeaderEpoch: 0, fetchOffset: 0n, partitionMaxBytes: 1 }];
  const request = { maxWaitMs: 0, minBytes: 1, topics: [{ topic: 't', partitions }], forgottenTopicsData: [] };
  const answer = await under.call(messages.fetch, { version: 12 }, request);
  expect(answer.responses[0]!.partitions[0]!.errorCode).toBe(errorCodes.FENCED_LEADER_EPOCH);
});

test('a member is expired at once', async () => {
  const under = clusterUnderTest({ topics });
  const member = await groupMember(under).enter();
  expect(() => expireMember(under.cluster, 'g', 'nobody')).toThrow(`Its members: ${member.memberId}`);
  expireMember(under.cluster, 'g', member.memberId);
  expect((await member.heartbeat()).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
});

test('a leader that has forgotten its producers stores a retry twice', async () => {
  const under = clusterUnderTest({ topics });
  const batch = { values: ['a'], producerId: 7n, producerEpoch: 0, baseSequence: 0 };
  const first = await produce(under, 't', batch);
  expect((await produce(under, 't', batch)).baseOffset).toBe(first.baseOffset);
  under.cluster.catalog.byName('t')!.partition(0)!.producers.clear();
  expect((await produce(under, 't', batch)).baseOffset).toBe(1n);
});

test('a transaction is aborted by its coordinator, and its producer fenced', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  expect(under.cluster.transactions.abort('tx')).toBe(false);
  await producer.send('t', ['a']);
  expect(under.cluster.transactions.abort('tx')).toBe(true);
  expect(under.cluster.transactions.find('tx')!.state).toBe('CompleteAbort');
  expect(await producer.commit()).not.toBe('NONE');
});

test('while markers are held back, readers wait and the producer hears that a transaction is under way', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  const release = under.cluster.transactions.holdMarkers();
  await producer.send('t', ['a']);
  expect(await producer.commit()).toBe('NONE');
  const { watermarks } = under.cluster.catalog.byName('t')!.partition(0)!.log;
  expect([under.cluster.transactions.find('tx')!.state, watermarks.lastStable]).toEqual(['PrepareCommit', 0n]);
  expect(await producer.add('t')).toEqual(['CONCURRENT_TRANSACTIONS']);
  expect(await producer.commit()).toBe('CONCURRENT_TRANSACTIONS');
  expect(await producer.register()).toBe('CONCURRENT_TRANSACTIONS');
  release();
  expect([under.cluster.transactions.find('tx')!.state, watermarks.lastStable]).toEqual(['CompleteCommit', 2n]);
  expect(await producer.add('t')).toEqual(['NONE']);
  release();
});

test('requests are waited for, by API, node and client', async () => {
  await using broker = await startMockBroker({ nodes: 2, topics });
  await using first = await rawClient(broker.nodes[0]!.port);
  await using second = await rawClient(broker.nodes[1]!.port);
  let met = false;
  const waited = broker.waitForRequests(2, { api: 'Metadata', node: 2, client: 'raw' }).then(() => {
    met = true;
  });
  const ask = (client: typeof first) => client.call(messages.metadata, 1, { topics: null });
  await ask(second);
  await ask(first);
  await settle();
  expect(met).toBe(false);
  broker.faults.on('Metadata').node(2).silence();
  void ask(second).catch(() => undefined);
  await waited;
  expect(() => broker.bumpLeaderEpoch('t', 9)).toThrow('no partition 9');
});
