import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const quorum = (topicName: string, partitionIndex = 0) => ({
  topics: [{ topicName, partitions: [{ partitionIndex }] }],
});

test('every node votes, the controller leads', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  under.cluster.topology.node(1).up = false;
  const answer = await under.call(messages.describeQuorum, { version: 2, node: 2 }, quorum('__cluster_metadata'));
  const [partition] = answer.topics[0]!.partitions;
  expect(partition).toMatchObject({ errorCode: 0, leaderId: 2, observers: [] });
  const now = BigInt(under.clock.now());
  expect(partition!.currentVoters.map((voter) => [voter.replicaId, voter.lastFetchTimestamp])).toEqual([
    [1, -1n],
    [2, now],
    [3, now],
  ]);
  expect(answer.nodes.map(({ nodeId, listeners }) => [nodeId, listeners[0]!.port])).toEqual([
    [1, 9001],
    [2, 9002],
    [3, 9003],
  ]);
});

test.each([
  ['orders', 0],
  ['__cluster_metadata', 1],
])('there is no quorum of %s-%i', async (topic, index) => {
  const answer = await clusterUnderTest().call(messages.describeQuorum, { version: 2 }, quorum(topic, index));
  expect(answer.topics[0]!.partitions[0]!.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
  expect(answer.nodes).toEqual([]);
});

test.each([0, 1, 2])('levels of features are fixed, v%i', async (version) => {
  const { call } = clusterUnderTest();
  const update = { feature: 'transaction.version', maxVersionLevel: 1 };
  const ask = (featureUpdates: object[]) => call(messages.updateFeatures, { version }, { featureUpdates } as never);
  expect((await ask([update])).errorCode).toBe(errorCodes.INVALID_UPDATE_VERSION);
  expect((await ask([])).errorCode).toBe(0);
});

test('a node that was never there cannot be forgotten', async () => {
  const { call } = clusterUnderTest();
  const forget = (brokerId: number) => call(messages.unregisterBroker, { version: 0 }, { brokerId });
  expect((await forget(9)).errorCode).toBe(errorCodes.BROKER_ID_NOT_REGISTERED);
  expect((await forget(1)).errorCode).toBe(0);
});
