import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { describeModern, modernMember } from '../testing/modern-member.ts';
import { errorName } from '../testing/transactional-producer.ts';
import { readAssignment, writeAssignment } from './classic/embedded-protocol.ts';

const cluster = (options = {}) => clusterUnderTest({ topics: [{ name: 't', partitions: 4 }], ...options });
const all = () => Buffer.from(writeAssignment(0, [{ topic: 't', partitions: [0, 1, 2, 3] }])).toString('latin1');

/** A stable classic group of one consumer that has everything. */
async function classicGroup(under: ReturnType<typeof cluster>) {
  const member = groupMember(under);
  await member.join();
  const assignments = [{ memberId: member.memberId, assignment: Buffer.from(all(), 'latin1') }];
  await member.sync({}, { assignments });
  return member;
}

describe('a classic group that a member of the consumer protocol joins', () => {
  test('becomes a consumer group; its members go on by JoinGroup, and give up before others get', async () => {
    const under = cluster();
    const old = await classicGroup(under);
    const fresh = modernMember(under, 'new');
    await fresh.join();
    expect(fresh).toMatchObject({ epoch: 2, partitions: [] });
    const described = await describeModern(under);
    expect(described.members.map(({ memberType }) => memberType)).toEqual([0, 1]);
    expect(errorName((await old.heartbeat()).errorCode)).toBe('REBALANCE_IN_PROGRESS');
    const joined = await old.join();
    expect(joined).toMatchObject({ errorCode: 0, leader: '', members: [], protocolName: 'range' });
    const { assignment } = await old.sync();
    expect(readAssignment(assignment)).toEqual([{ topic: 't', partitions: [0, 1] }]);
    await fresh.beat();
    expect(fresh.partitions).toEqual([2, 3]);
    expect((await old.heartbeat()).errorCode).toBe(0);
    expect(errorName((await old.leave()).errorCode)).toBe('NONE');
    await fresh.beat();
    expect(fresh.partitions).toEqual([0, 1, 2, 3]);
  });

  test('becomes classic again when the last of them has left', async () => {
    const under = cluster();
    const old = await classicGroup(under);
    const fresh = modernMember(under, 'new');
    await fresh.join();
    await old.join();
    await old.sync();
    await fresh.leave();
    expect(under.cluster.groups.find('g')?.type).toBe('classic');
    expect(errorName((await old.heartbeat()).errorCode)).toBe('REBALANCE_IN_PROGRESS');
    await old.enter();
    expect(under.cluster.groups.find('g')?.classic).toMatchObject({ state: 'Stable' });
  });

  test('stays what it is when the policy says so, or its members are no consumers', async () => {
    const under = cluster({ configs: { 'group.consumer.migration.policy': 'downgrade' } });
    await classicGroup(under);
    expect((await modernMember(under, 'new').join()).errorMessage).toBe('Group g is not a consumer group.');
    const other = cluster();
    await groupMember(other, { protocolType: 'connect' }).enter();
    expect(errorName((await modernMember(other, 'new').join()).errorCode)).toBe('GROUP_ID_NOT_FOUND');
  });

  test('gives way at once when nobody is in it, and keeps what it has committed', async () => {
    const under = cluster();
    const fresh = modernMember(under, 'a');
    await fresh.commit(3n, { memberId: '', epoch: -1 });
    await fresh.join();
    expect(under.cluster.groups.find('g')?.consumer?.members.size).toBe(1);
    expect(under.cluster.groups.find('g')?.offsets.get('t', 0)?.offset).toBe(3n);
  });
});

test('a consumer group nobody is in becomes a classic one with the first JoinGroup', async () => {
  const under = cluster();
  const fresh = modernMember(under, 'a');
  await fresh.join();
  await fresh.leave();
  await groupMember(under).enter();
  expect(under.cluster.groups.find('g')?.type).toBe('classic');
});

test('a classic member that does not join again in its rebalance timeout is out', async () => {
  const under = cluster();
  const old = await classicGroup(under);
  await modernMember(under, 'new').join();
  await old.heartbeat();
  for (let second = 0; second < 60; second += 5) {
    under.clock.advance(5000);
    await old.heartbeat();
  }
  const request = { groupId: 'g', memberId: old.memberId, generationId: old.generationId };
  const answer = await under.call(messages.heartbeat, { version: 3 }, request);
  expect(errorName(answer.errorCode)).toBe('UNKNOWN_MEMBER_ID');
});
