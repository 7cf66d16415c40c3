import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { shareReader } from '../testing/share-reader.ts';
import { errorName } from '../testing/transactional-producer.ts';

/** Group `s`, empty, has read the first of two records of topic `t`. */
async function readGroup() {
  const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
  under.cluster.groups.settings.configsOf('s').set('share.auto.offset.reset', 'earliest');
  const beat = (memberEpoch: number) =>
    under.call(
      messages.shareGroupHeartbeat,
      { version: 1 },
      { groupId: 's', memberId: 'm', memberEpoch, subscribedTopicNames: ['t'] },
    );
  await beat(0);
  await produce(under, 't', { values: ['a', 'b'] });
  const reader = shareReader(under, 'm');
  await reader.fetch({}, []);
  await reader.acknowledge([0, 0, 1]);
  await reader.close();
  const described = async (topics: { topicName: string; partitions: number[] }[] | null = null) => {
    const request = { groups: [{ groupId: 's', topics }] };
    const [group] = (await under.call(messages.describeShareGroupOffsets, { version: 1 }, request)).groups;
    return group!.topics.flatMap(({ partitions }) =>
      partitions.map((one) => (one.errorCode ? errorName(one.errorCode) : `${one.startOffset} lag ${one.lag}`)),
    );
  };
  const alter = async (startOffset: bigint, topicName = 't') => {
    const topics = [{ topicName, partitions: [{ partitionIndex: 0, startOffset }] }];
    const answer = await under.call(messages.alterShareGroupOffsets, { version: 0 }, { groupId: 's', topics });
    return errorName(answer.errorCode || answer.responses[0]!.partitions[0]!.errorCode);
  };
  const forget = async (topicName = 't') => {
    const request = { groupId: 's', topics: [{ topicName }] };
    const answer = await under.call(messages.deleteShareGroupOffsets, { version: 0 }, request);
    return errorName(answer.errorCode || answer.responses[0]!.errorCode);
  };
  return { under, beat, described, alter, forget };
}

test('offsets are shown, moved and forgotten while nobody is in the group', async () => {
  const { under, beat, described, alter, forget } = await readGroup();
  expect(await described()).toEqual(['1 lag 1', '-1 lag -1']);
  expect(await described([{ topicName: 'nope', partitions: [0] }])).toEqual(['UNKNOWN_TOPIC_OR_PARTITION']);
  expect(await alter(0n)).toBe('NON_EMPTY_GROUP');
  expect(await forget()).toBe('NON_EMPTY_GROUP');
  await beat(-1);
  expect(await alter(0n)).toBe('NONE');
  expect(await described()).toEqual(['0 lag 2', '-1 lag -1']);
  expect(await shareReader(under, 'm2').fetch()).toBe('0-1 x1');
  expect([await alter(0n, 'nope'), await forget('nope')]).toEqual([
    'UNKNOWN_TOPIC_OR_PARTITION',
    'UNKNOWN_TOPIC_OR_PARTITION',
  ]);
  expect(await forget()).toBe('NONE');
  expect(await described()).toEqual([]);
});
