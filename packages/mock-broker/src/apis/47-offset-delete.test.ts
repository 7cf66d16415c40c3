import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

function committed() {
  const under = clusterUnderTest({ topics: [{ name: 't' }, { name: 'u' }] });
  for (const topic of ['t', 'u']) {
    const topicId = under.cluster.catalog.byName(topic)!.id;
    under.cluster.groups.commit('g', {
      topic,
      topicId,
      partition: 0,
      offset: 1n,
      leaderEpoch: 0,
      metadata: '',
      commitTimestamp: 0,
    });
  }
  const remove = async (groupId = 'g') => {
    const topics = ['t', 'u', 'nope'].map((name) => ({ name, partitions: [{ partitionIndex: 0 }] }));
    const answer = await under.call(messages.offsetDelete, { version: 0 }, { groupId, topics });
    return { errorCode: answer.errorCode, partitions: answer.topics.map(({ partitions }) => partitions[0]?.errorCode) };
  };
  return { under, remove };
}

const unknown = errorCodes.UNKNOWN_TOPIC_OR_PARTITION;

test('forgets offsets of a group nobody is in', async () => {
  const { under, remove } = committed();
  expect(await remove()).toEqual({ errorCode: 0, partitions: [0, 0, unknown] });
  expect(under.cluster.groups.find('g')?.offsets.list()).toEqual([]);
});

test('keeps those somebody subscribes to', async () => {
  const { under, remove } = committed();
  await groupMember(under).enter();
  expect(await remove()).toEqual({ errorCode: 0, partitions: [errorCodes.GROUP_SUBSCRIBED_TO_TOPIC, 0, unknown] });
});

test('refuses unknown groups, and members that are no consumers', async () => {
  const { under, remove } = committed();
  expect((await remove('nope')).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND);
  await groupMember(under, { protocolType: 'connect' }).enter();
  expect((await remove()).errorCode).toBe(errorCodes.NON_EMPTY_GROUP);
});
