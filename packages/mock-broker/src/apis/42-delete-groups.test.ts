import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

test('deletes groups nobody is in', async () => {
  const under = clusterUnderTest();
  const member = await groupMember(under).enter();
  const remove = async (...groupsNames: string[]) =>
    (await under.call(messages.deleteGroups, { version: 2 }, { groupsNames })).results.map(
      ({ errorCode }) => errorCode,
    );
  expect(await remove('g', 'nope')).toEqual([errorCodes.NON_EMPTY_GROUP, errorCodes.GROUP_ID_NOT_FOUND]);
  await member.leave();
  expect(await remove('g')).toEqual([0]);
  expect(under.cluster.groups.find('g')).toBeUndefined();
});

test('a group named twice is answered once', async () => {
  const answer = await clusterUnderTest().call(messages.deleteGroups, { version: 2 }, { groupsNames: ['g', 'g'] });
  expect(answer.results).toEqual([{ groupId: 'g', errorCode: errorCodes.GROUP_ID_NOT_FOUND }]);
});
