import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { offsetFetch: api } = messages;

function committed(options = {}) {
  const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }], ...options });
  const topicId = under.cluster.catalog.byName('t')!.id;
  const entry = { topic: 't', topicId, partition: 1, offset: 7n, leaderEpoch: 3, metadata: 'm', commitTimestamp: 0 };
  under.cluster.groups.commit('g', entry);
  return { under, topicId };
}

const asked = [{ name: 't', partitionIndexes: [0, 1] }];
const known = { partitionIndex: 1, committedOffset: 7n, metadata: 'm', errorCode: 0 };
const unknown = { partitionIndex: 0, committedOffset: -1n, metadata: '', errorCode: 0 };

test('answers what was committed, and -1 where nothing was', async () => {
  const { under } = committed();
  const answer = await under.call(api, { version: 5 }, { groupId: 'g', topics: asked });
  expect(answer.topics[0]?.partitions).toEqual([
    { ...unknown, committedLeaderEpoch: -1 },
    { ...known, committedLeaderEpoch: 3 },
  ]);
  const stranger = await under.call(api, { version: 1 }, { groupId: 'nobody', topics: asked });
  expect(stranger.topics[0]?.partitions[1]).toMatchObject({ committedOffset: -1n, errorCode: 0 });
});

test('null asks for every topic', async () => {
  const { under } = committed();
  const answer = await under.call(api, { version: 2 }, { groupId: 'g', topics: null });
  expect(answer.topics).toMatchObject([{ name: 't', partitions: [known] }]);
});

test('v8 asks for many groups, each with its own error', async () => {
  const { under } = committed({ nodes: 2 });
  under.cluster.topology.placeCoordinator('g', 1);
  under.cluster.topology.placeCoordinator('h', 2);
  const groups = ['g', 'h'].map((groupId) => ({ groupId, topics: null }));
  const answer = await under.call(api, { version: 8 }, { groups });
  expect(answer.groups).toMatchObject([
    { groupId: 'g', errorCode: 0, topics: [{ name: 't', partitions: [known] }] },
    { groupId: 'h', errorCode: errorCodes.NOT_COORDINATOR, topics: [] },
  ]);
});

test('v10 names topics by id', async () => {
  const { under, topicId } = committed();
  const groups = [{ groupId: 'g', topics: [{ topicId, partitionIndexes: [1] }] }];
  const answer = await under.call(api, { version: 10 }, { groups });
  expect(answer.groups[0]?.topics).toMatchObject([{ topicId, partitions: [known] }]);
});

test('before v2 partitions carry the error of the whole answer', async () => {
  const { under } = committed({ nodes: 2 });
  under.cluster.topology.placeCoordinator('g', 2);
  const answer = await under.call(api, { version: 1 }, { groupId: 'g', topics: asked });
  expect(answer.topics[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([16, 16]);
});
