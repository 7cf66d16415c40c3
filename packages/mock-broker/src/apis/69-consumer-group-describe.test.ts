import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { describeModern, modernMember } from '../testing/modern-member.ts';
import { errorName } from '../testing/transactional-producer.ts';

const cluster = () => clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });

test('shows epochs, and what members have beside what they are to have', async () => {
  const under = cluster();
  const [a, b] = [modernMember(under, 'a', { rackId: 'r' }), modernMember(under, 'b')];
  await a.join();
  await b.join();
  const group = await describeModern(under);
  expect(group).toMatchObject({
    groupState: 'Reconciling',
    groupEpoch: 3,
    assignmentEpoch: 3,
    assignorName: 'uniform',
  });
  const partitions = group.members.map(({ assignment, targetAssignment }) =>
    [assignment, targetAssignment].map(({ topicPartitions }) => topicPartitions.flatMap((one) => one.partitions)),
  );
  expect(partitions).toEqual([
    [[0, 1], [0]],
    [[], [1]],
  ]);
  expect(group.members[0]).toMatchObject({ memberId: 'a', rackId: 'r', memberType: 1, clientHost: '/10.0.0.7' });
  expect((await describeModern(under, 0)).members[0]).toMatchObject({ memberType: -1 });
  await b.leave();
  expect(await describeModern(under)).toMatchObject({ groupState: 'Assigning', groupEpoch: 4, assignmentEpoch: 3 });
});

test('knows no group of another protocol, and none at all', async () => {
  const under = cluster();
  under.cluster.groups.open('classic');
  expect((await describeModern(under, 1, 'classic')).errorMessage).toBe('Group classic is not a consumer group.');
  expect((await describeModern(under, 1, 'none')).errorMessage).toBe('Group none not found.');
});

test('other APIs call the group by its type, and leave it alone while somebody is in it', async () => {
  const under = cluster();
  const a = modernMember(under, 'a');
  await a.join();
  const listed = await under.call(
    messages.listGroups,
    { version: 5 },
    { statesFilter: ['stable'], typesFilter: ['Consumer'] },
  );
  expect(listed.groups).toMatchObject([
    { groupId: 'g', groupState: 'Stable', groupType: 'consumer', protocolType: 'consumer' },
  ]);
  const classic = await under.call(messages.describeGroups, { version: 6 }, { groups: ['g'] });
  expect(classic.groups[0]).toMatchObject({ groupState: 'Dead', errorMessage: 'Group g is not a classic group.' });
  const remove = () => under.call(messages.deleteGroups, { version: 2 }, { groupsNames: ['g'] });
  expect(errorName((await remove()).results[0]!.errorCode)).toBe('NON_EMPTY_GROUP');
  await a.commit(1n);
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }] }];
  const forget = await under.call(messages.offsetDelete, { version: 0 }, { groupId: 'g', topics });
  expect(errorName(forget.topics[0]!.partitions[0]!.errorCode)).toBe('GROUP_SUBSCRIBED_TO_TOPIC');
  await a.leave();
  expect((await remove()).results[0]!.errorCode).toBe(0);
  expect((await describeModern(under)).errorMessage).toBe('Group g not found.');
});
