import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../../testing/cluster-under-test.ts';
import { groupMember, subscription } from '../../testing/group-member.ts';

const instance = { groupInstanceId: 'one' };

test('a restarted member takes its old place and partitions without a rebalance', async () => {
  const under = clusterUnderTest();
  const before = await groupMember(under, instance).enter();
  const after = groupMember(under, instance);
  expect(await after.join()).toMatchObject({ errorCode: 0, generationId: 1 });
  expect(after.memberId).not.toBe(before.memberId);
  expect(Buffer.from((await after.sync()).assignment).toString()).toBe('all');
});

test('its former self is fenced', async () => {
  const under = clusterUnderTest();
  const before = await groupMember(under, instance).enter();
  await groupMember(under, instance).join();
  expect((await before.heartbeat(instance)).errorCode).toBe(errorCodes.FENCED_INSTANCE_ID);
  expect((await before.join()).errorCode).toBe(errorCodes.FENCED_INSTANCE_ID);
});

test('a former self that still waits is told at once', async () => {
  const under = clusterUnderTest();
  const other = await groupMember(under).enter();
  const before = groupMember(under, instance);
  const waiting = before.join();
  await settle();
  const after = groupMember(under, instance).join();
  expect((await waiting).errorCode).toBe(errorCodes.FENCED_INSTANCE_ID);
  await other.join();
  expect((await after).errorCode).toBe(0);
});

test('an older client that led is shown its former id as leader, so that it does not assign again', async () => {
  const under = clusterUnderTest();
  const before = await groupMember(under, instance).enter();
  const answer = await groupMember(under, instance).join();
  expect(answer).toMatchObject({ leader: before.memberId, members: [] });
});

test('v9 tells a returning leader to keep the assignment (KIP-814)', async () => {
  const under = clusterUnderTest();
  await groupMember(under, instance).enter();
  const after = groupMember(under, { ...instance, version: 9 });
  const answer = await after.join();
  expect(answer).toMatchObject({ skipAssignment: true, leader: after.memberId });
  expect(answer.members).toHaveLength(1);
});

test('another subscription does make a rebalance', async () => {
  const under = clusterUnderTest();
  await groupMember(under, instance).enter();
  const answer = await groupMember(under, instance).join({
    protocols: [{ name: 'range', metadata: subscription('u') }],
  });
  expect(answer.generationId).toBe(2);
});

test('a static member that is away keeps its place through a rebalance, until its session ends', async () => {
  const under = clusterUnderTest();
  const away = await groupMember(under, { ...instance, sessionTimeoutMs: 100_000 }).enter();
  const other = groupMember(under, { sessionTimeoutMs: 100_000 });
  const joining = other.join();
  await settle();
  under.clock.advance(60_000);
  const answer = await joining;
  expect(answer).toMatchObject({ errorCode: 0, leader: other.memberId });
  expect(answer.members.map(({ memberId }) => memberId)).toContain(away.memberId);
  await other.sync();
  under.clock.advance(50_000);
  expect(under.cluster.groups.find('g')?.classic?.members.has(away.memberId)).toBe(false);
});

test('one that is away and gave rebalances no time is waited for until its session ends, and not without a pause', async () => {
  const under = clusterUnderTest();
  await groupMember(under, { ...instance, rebalanceTimeoutMs: 0 }).enter();
  const other = groupMember(under, { rebalanceTimeoutMs: 0 });
  void other.join();
  await settle();
  await other.leave();
  const before = under.clock.now();
  let steps = 0;
  for (; under.cluster.groups.find('g')?.classic?.state === 'PreparingRebalance'; steps += 1) {
    under.clock.advance((under.clock.nextDue() ?? before) - under.clock.now());
    expect(steps, 'looks for the member without any time in between').toBeLessThan(30);
  }
  expect(under.clock.now() - before).toBeLessThanOrEqual(10_000);
  expect(under.cluster.groups.find('g')?.classic?.state).toBe('Empty');
});

test('an operator removes a static member by its instance id', async () => {
  const under = clusterUnderTest();
  await groupMember(under, instance).enter();
  const members = [
    { memberId: '', ...instance },
    { memberId: '', groupInstanceId: 'nobody' },
  ];
  const answer = await under.call(messages.leaveGroup, { version: 3 }, { groupId: 'g', members });
  expect(answer.members.map(({ errorCode }) => errorCode)).toEqual([0, errorCodes.UNKNOWN_MEMBER_ID]);
  expect(under.cluster.groups.find('g')?.classic?.state).toBe('Empty');
});
