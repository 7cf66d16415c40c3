import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember, subscription } from '../testing/group-member.ts';

const { describeGroups: api } = messages;

test('shows members and assignments of a stable group', async () => {
  const under = clusterUnderTest();
  const member = await groupMember(under, { groupInstanceId: 'one' }).enter();
  const [group] = (await under.call(api, { version: 5 }, { groups: ['g'] })).groups;
  expect(group).toMatchObject({ groupState: 'Stable', protocolType: 'consumer', protocolData: 'range', errorCode: 0 });
  expect(group?.members[0]).toMatchObject({
    memberId: member.memberId,
    groupInstanceId: 'one',
    clientId: 'test',
    clientHost: '/10.0.0.7',
  });
  expect(Buffer.from(group!.members[0]!.memberAssignment).toString()).toBe('all');
  expect(Buffer.from(group!.members[0]!.memberMetadata)).toEqual(subscription('t'));
});

test('hides them while the group rebalances', async () => {
  const under = clusterUnderTest();
  await groupMember(under).join();
  const [group] = (await under.call(api, { version: 5 }, { groups: ['g'] })).groups;
  expect(group).toMatchObject({ groupState: 'CompletingRebalance', protocolData: '' });
  expect(group?.members[0]?.memberMetadata).toHaveLength(0);
});

test('a group nobody knows is dead; v6 calls that an error', async () => {
  const under = clusterUnderTest();
  const ask = async (version: number) => (await under.call(api, { version }, { groups: ['x'] })).groups[0];
  expect(await ask(5)).toMatchObject({ groupState: 'Dead', errorCode: 0 });
  expect(await ask(6)).toMatchObject({
    groupState: 'Dead',
    errorCode: errorCodes.GROUP_ID_NOT_FOUND,
    errorMessage: 'Group x not found.',
  });
});

test('v3 answers allowed operations when asked', async () => {
  const under = clusterUnderTest();
  const request = { groups: ['x'], includeAuthorizedOperations: true };
  expect((await under.call(api, { version: 3 }, request)).groups[0]?.authorizedOperations).toBe(3400);
});
