import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

test('the last one out leaves an empty group with its offsets', async () => {
  const under = clusterUnderTest();
  const member = await groupMember(under).enter();
  expect((await member.leave()).errorCode).toBe(0);
  expect(under.cluster.groups.find('g')?.classic).toMatchObject({ state: 'Empty', generationId: 2 });
  expect((await member.leave()).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
});

test('the others rebalance at once', async () => {
  const under = clusterUnderTest();
  const [one, two] = [groupMember(under), groupMember(under)];
  await one.enter();
  const joining = two.join();
  await settle();
  await one.join();
  await joining;
  await Promise.all([two.sync(), one.sync()]);
  await one.leave();
  expect((await two.heartbeat()).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS);
  expect(await two.join()).toMatchObject({ errorCode: 0, generationId: 3, leader: two.memberId });
});

test('leaving ends the wait for whoever left', async () => {
  const under = clusterUnderTest();
  const [one, two] = [groupMember(under), groupMember(under)];
  await one.enter();
  const joining = two.join();
  await settle();
  await one.leave();
  expect(await joining).toMatchObject({ errorCode: 0, generationId: 2 });
});

test('v3 takes many members, each with its own error', async () => {
  const under = clusterUnderTest();
  const member = await groupMember(under).enter();
  const members = [{ memberId: member.memberId }, { memberId: 'stranger' }];
  const answer = await under.call(messages.leaveGroup, { version: 4 }, { groupId: 'g', members });
  expect(answer.errorCode).toBe(0);
  expect(answer.members.map(({ errorCode }) => errorCode)).toEqual([0, errorCodes.UNKNOWN_MEMBER_ID]);
});
