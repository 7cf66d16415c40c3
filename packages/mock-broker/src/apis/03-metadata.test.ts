import { errorCodes, messages, type RequestInput, zeroUuid } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { metadata: api } = messages;
const named = (name: string): RequestInput<typeof api> => ({ topics: [{ name }] });

test('tells nodes, controller, leaders and replicas', async () => {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't', partitions: 2 }] });
  const answer = await under.call(api, { version: 12 }, { topics: null });
  expect(answer.brokers.map(({ nodeId, port }) => [nodeId, port])).toEqual([
    [1, 9001],
    [2, 9002],
  ]);
  expect(answer.controllerId).toBe(1);
  expect(answer.clusterId).toMatch(/^[\w-]{22}$/);
  expect(answer.topics[0]?.partitions.map(({ leaderId, replicaNodes }) => ({ leaderId, replicaNodes }))).toEqual([
    { leaderId: 1, replicaNodes: [1, 2] },
    { leaderId: 2, replicaNodes: [2, 1] },
  ]);
});

test('a node that is down is not there', async () => {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't' }] });
  under.cluster.topology.node(2).up = false;
  const answer = await under.call(api, { version: 12 }, { topics: null });
  expect(answer.brokers.map(({ nodeId }) => nodeId)).toEqual([1]);
  expect(answer.topics[0]?.partitions[0]).toMatchObject({ isrNodes: [1], offlineReplicas: [2] });
});

test('v0 reads an empty list as all, v1 as none', async () => {
  const under = clusterUnderTest({ topics: [{ name: 'a' }, { name: 'b' }] });
  expect((await under.call(api, { version: 0 }, { topics: [] })).topics).toHaveLength(2);
  expect((await under.call(api, { version: 1 }, { topics: [] })).topics).toHaveLength(0);
  expect((await under.call(api, { version: 1 }, { topics: null })).topics).toHaveLength(2);
});

test('asking for an unknown topic creates it', async () => {
  const under = clusterUnderTest({ partitions: 3 });
  const answer = await under.call(api, { version: 4 }, named('new'));
  expect(answer.topics[0]).toMatchObject({ errorCode: 0, name: 'new' });
  expect(under.cluster.catalog.byName('new')?.partitions).toHaveLength(3);
});

test('unless cluster or request says otherwise', async () => {
  const unknown = errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
  const strict = clusterUnderTest({ autoCreateTopics: false });
  expect((await strict.call(api, { version: 4 }, named('new'))).topics[0]?.errorCode).toBe(unknown);
  const open = clusterUnderTest();
  const polite = await open.call(api, { version: 4 }, { ...named('new'), allowAutoTopicCreation: false });
  expect(polite.topics[0]?.errorCode).toBe(unknown);
  expect(open.cluster.catalog.list()).toEqual([]);
});

test('an impossible name is refused', async () => {
  const answer = await clusterUnderTest().call(api, { version: 9 }, named('no/slash'));
  expect(answer.topics[0]?.errorCode).toBe(errorCodes.INVALID_TOPIC_EXCEPTION);
});

test('v12 asks by id', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const ask = (topicId: string) => under.call(api, { version: 12 }, { topics: [{ topicId, name: null }] });
  expect((await ask(under.cluster.catalog.byName('t')!.id)).topics[0]?.name).toBe('t');
  expect((await ask('11111111-1111-4111-8111-111111111111')).topics[0]?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_ID);
  expect((await ask(zeroUuid)).topics[0]?.errorCode).toBe(errorCodes.INVALID_REQUEST);
});

test('v8 answers allowed operations when asked', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const all = { includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true };
  const asked = await under.call(api, { version: 8 }, { ...named('t'), ...all });
  expect(asked.clusterAuthorizedOperations).toBe(8096);
  expect(asked.topics[0]?.topicAuthorizedOperations).toBe(3576);
  const plain = await under.call(api, { version: 8 }, named('t'));
  expect(plain.topics[0]?.topicAuthorizedOperations).toBe(-2147483648);
});

test('a partition without a live replica has no leader', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }], nodes: 2 });
  under.cluster.catalog.byName('t')?.partition(0)?.lead(-1);
  const answer = await under.call(api, { version: 9 }, named('t'));
  expect(answer.topics[0]?.partitions[0]).toMatchObject({
    errorCode: errorCodes.LEADER_NOT_AVAILABLE,
    leaderId: -1,
  });
});

test('a topic named twice is described once', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const answer = await under.call(api, { version: 12 }, { topics: [{ name: 't' }, { name: 't' }] });
  expect(answer.topics.map(({ name }) => name)).toEqual(['t']);
});

test.each([10, 11])('v%d has a field for ids and refuses whoever uses it', async (version) => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const topicId = under.cluster.catalog.byName('t')!.id;
  const answer = await under.call(api, { version }, { topics: [{ name: 't', topicId }] });
  expect(answer.topics.map(({ errorCode }) => errorCode)).toEqual([errorCodes.INVALID_REQUEST]);
});
