import { messages, type RequestInput } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName } from '../testing/transactional-producer.ts';

const cluster = (options = {}) => clusterUnderTest({ topics: [{ name: 't', partitions: 3 }], ...options });

async function beat(
  under: ClusterUnderTest,
  memberId: string,
  more: Partial<RequestInput<typeof messages.shareGroupHeartbeat>> = {},
) {
  const request = { groupId: 's', memberId, memberEpoch: 0, ...more };
  return under.call(messages.shareGroupHeartbeat, { version: 1 }, request);
}

const join = (under: ClusterUnderTest, memberId: string) => beat(under, memberId, { subscribedTopicNames: ['t'] });
const partitions = (answer: Awaited<ReturnType<typeof beat>>) =>
  answer.assignment?.topicPartitions.flatMap((topic) => topic.partitions);

async function describeShare(under: ClusterUnderTest) {
  const request = { groupIds: ['s'], includeAuthorizedOperations: false };
  return (await under.call(messages.shareGroupDescribe, { version: 1 }, request)).groups[0]!;
}

test('a member may name a topic twice: nothing changes', async () => {
  const under = cluster();
  const { memberEpoch } = await join(under, 'a');
  expect(await beat(under, 'a', { memberEpoch, subscribedTopicNames: ['t', 't'] })).toMatchObject({ memberEpoch });
});

test('members share: everybody has something, and every partition somebody', async () => {
  const under = cluster();
  const first = await join(under, 'a');
  expect(first).toMatchObject({ errorCode: 0, memberEpoch: 2, heartbeatIntervalMs: 5000 });
  expect(partitions(first)).toEqual([0, 1, 2]);
  expect(partitions(await join(under, 'b'))).toEqual([1]);
  const again = await beat(under, 'a', { memberEpoch: 2 });
  expect([again.memberEpoch, partitions(again)]).toEqual([3, [0, 2]]);
  expect((await beat(under, 'a', { memberEpoch: 3 })).assignment).toBeNull();
  for (const id of ['c', 'd']) await join(under, id);
  expect((await describeShare(under)).members.every(({ assignment }) => assignment.topicPartitions.length === 1)).toBe(
    true,
  );
});

test('a group is described, listed by its type, and deleted when nobody is in it', async () => {
  const under = cluster();
  await join(under, 'a');
  expect(await describeShare(under)).toMatchObject({ groupState: 'Stable', groupEpoch: 2, assignorName: 'simple' });
  const listed = await under.call(messages.listGroups, { version: 5 }, { statesFilter: [], typesFilter: ['share'] });
  expect(listed.groups).toMatchObject([
    { groupId: 's', groupType: 'share', protocolType: 'share', groupState: 'Stable' },
  ]);
  const remove = async () =>
    errorName((await under.call(messages.deleteGroups, { version: 2 }, { groupsNames: ['s'] })).results[0]!.errorCode);
  expect(await remove()).toBe('NON_EMPTY_GROUP');
  expect(await beat(under, 'a', { memberEpoch: -1 })).toMatchObject({ errorCode: 0, memberEpoch: -1 });
  expect((await describeShare(under)).groupState).toBe('Empty');
  expect(await remove()).toBe('NONE');
  expect((await describeShare(under)).errorMessage).toBe('Group s not found.');
});

test('a silent member is out after its session timeout; epochs are checked', async () => {
  const under = cluster();
  await join(under, 'a');
  expect(errorName((await beat(under, 'a', { memberEpoch: 9 })).errorCode)).toBe('FENCED_MEMBER_EPOCH');
  under.clock.advance(45_000);
  expect(errorName((await beat(under, 'a', { memberEpoch: 2 })).errorCode)).toBe('UNKNOWN_MEMBER_ID');
});

test('a full group takes nobody; a group of another kind is none', async () => {
  const under = cluster({ configs: { 'group.share.max.size': '1' } });
  await join(under, 'a');
  expect(errorName((await join(under, 'b')).errorCode)).toBe('GROUP_MAX_SIZE_REACHED');
  under.cluster.groups.open('classic');
  const answer = await beat(under, 'a', { groupId: 'classic', subscribedTopicNames: ['t'] });
  expect(answer.errorMessage).toBe('Group classic is not a share group.');
});

test.each([
  [{ memberId: '' }, "MemberId can't be empty."],
  [{ groupId: '' }, "GroupId can't be empty."],
  [{ rackId: '' }, "RackId can't be empty."],
  [{ memberEpoch: -2 }, 'MemberEpoch is invalid.'],
  [{}, 'SubscribedTopicNames must be set in first request.'],
])('INVALID_REQUEST: %j', async (request, message) => {
  expect(await beat(cluster(), 'a', request)).toMatchObject({ errorCode: 42, errorMessage: message });
});
