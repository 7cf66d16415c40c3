import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

async function pair(under = clusterUnderTest()) {
  const [leader, follower] = [groupMember(under), groupMember(under)];
  await leader.enter();
  const joining = follower.join();
  await settle();
  await leader.join();
  await joining;
  return { under, leader, follower };
}

test('followers wait for the leader’s plan, and each gets its part', async () => {
  const { leader, follower } = await pair();
  const waiting = follower.sync();
  await settle();
  const own = await leader.sync({ [leader.memberId]: 'L', [follower.memberId]: 'F' });
  expect([text(own.assignment), text((await waiting).assignment)]).toEqual(['L', 'F']);
});

test('who comes late gets its part all the same; who is not in the plan gets nothing', async () => {
  const { leader, follower } = await pair();
  await leader.sync({ [leader.memberId]: 'L' });
  const late = await follower.sync();
  expect([late.errorCode, text(late.assignment)]).toEqual([0, '']);
  expect(text((await leader.sync()).assignment)).toBe('L');
});

test('a rebalance that starts meanwhile ends the wait', async () => {
  const { under, leader, follower } = await pair();
  const waiting = follower.sync();
  await settle();
  await leader.leave();
  expect((await waiting).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS);
  expect(under.cluster.groups.find('g')?.classic?.state).toBe('PreparingRebalance');
});

test('a leader that never sends a plan is taken out', async () => {
  const { under, leader, follower } = await pair(clusterUnderTest());
  const waiting = follower.sync();
  await settle();
  for (let beat = 0; beat < 12; beat += 1) {
    under.clock.advance(5000);
    await leader.heartbeat();
  }
  expect((await waiting).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS);
  expect((await leader.heartbeat()).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
});

test('refuses strangers, old generations and, in v5, another protocol', async () => {
  const { under, leader } = await pair();
  expect((await leader.sync({}, { memberId: 'stranger' })).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
  expect((await leader.sync({}, { generationId: 1 })).errorCode).toBe(errorCodes.ILLEGAL_GENERATION);
  const request = { groupId: 'g', generationId: 2, memberId: leader.memberId, assignments: [] };
  const other = { ...request, protocolType: 'consumer', protocolName: 'sticky' };
  const answer = await under.call(messages.syncGroup, { version: 5 }, other);
  expect(answer.errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL);
  const same = await under.call(messages.syncGroup, { version: 5 }, { ...other, protocolName: 'range' });
  expect(same).toMatchObject({ errorCode: 0, protocolType: 'consumer', protocolName: 'range' });
});

test('before Kafka 2.8 nobody looks whether the plan is late', async () => {
  const { under, leader, follower } = await pair(clusterUnderTest({ asVersion: '2.4' }));
  const waiting = follower.sync();
  await settle();
  for (let beat = 0; beat < 13; beat += 1) {
    under.clock.advance(5000);
    await leader.heartbeat();
  }
  await leader.sync({ [leader.memberId]: 'L', [follower.memberId]: 'F' });
  expect(text((await waiting).assignment)).toBe('F');
});

test.each([{ protocolType: null }, { protocolName: null }])('v5 without %j is refused', async (missing) => {
  const under = clusterUnderTest();
  const named = { protocolType: 'consumer', protocolName: 'range', ...missing };
  const request = { groupId: 'g', generationId: 1, memberId: 'm', assignments: [], ...named };
  const answer = await under.call(messages.syncGroup, { version: 5 }, request);
  expect(answer.errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL);
});
