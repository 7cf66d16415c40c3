import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { groupMember, subscription } from '../testing/group-member.ts';

test('a stranger is first told its id, then let in (KIP-394)', async () => {
  const under = clusterUnderTest();
  const request = {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('t') }],
  };
  const first = await under.call(messages.joinGroup, { version: 4, clientId: 'me' }, { ...request, memberId: '' });
  expect(first.errorCode).toBe(errorCodes.MEMBER_ID_REQUIRED);
  expect(first.memberId).toMatch(/^me-[0-9a-f-]{36}$/);
  const second = await under.call(messages.joinGroup, { version: 4 }, { ...request, memberId: first.memberId });
  expect(second).toMatchObject({ errorCode: 0, generationId: 1, leader: first.memberId, protocolName: 'range' });
  expect(second.members.map(({ memberId }) => memberId)).toEqual([first.memberId]);
});

test('before v4 a stranger is let in at once', async () => {
  const member = groupMember(clusterUnderTest(), { version: 3 });
  expect(await member.join()).toMatchObject({ errorCode: 0, generationId: 1 });
});

test('an id that is not used in time holds nobody up', async () => {
  const under = clusterUnderTest();
  const member = groupMember(under, { version: 3 });
  await member.enter();
  await under.call(
    messages.joinGroup,
    { version: 4 },
    {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('t') }],
    },
  );
  const rejoin = member.join();
  await settle();
  under.clock.advance(10_000);
  expect(await rejoin).toMatchObject({ errorCode: 0, generationId: 2 });
});

test('the second member starts a rebalance in which both get the same generation', async () => {
  const under = clusterUnderTest();
  const [one, two] = [groupMember(under), groupMember(under)];
  await one.enter();
  const joining = two.join();
  await settle();
  expect((await one.heartbeat()).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS);
  const [first, second] = await Promise.all([one.join(), joining]);
  expect([first.generationId, second.generationId]).toEqual([2, 2]);
  expect(first.members).toHaveLength(2);
  expect(second).toMatchObject({ leader: one.memberId, members: [] });
});

test('who does not come back in time is left behind', async () => {
  const under = clusterUnderTest();
  const [gone, two] = [
    groupMember(under, { sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 5000 }),
    groupMember(under, { rebalanceTimeoutMs: 5000 }),
  ];
  await gone.enter();
  const joining = two.join();
  await settle();
  under.clock.advance(5000);
  expect(await joining).toMatchObject({ errorCode: 0, generationId: 2, leader: two.memberId });
  expect((await gone.heartbeat()).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
});

test('the protocol most members prefer is chosen', async () => {
  const under = clusterUnderTest();
  const offer = (...names: string[]) => names.map((name) => ({ name, metadata: subscription('t') }));
  const [one, two] = [groupMember(under), groupMember(under)];
  await one.join({ protocols: offer('range', 'sticky') });
  const joining = two.join({ protocols: offer('sticky', 'other') });
  await settle();
  await one.join({ protocols: offer('range', 'sticky') });
  expect((await joining).protocolName).toBe('sticky');
});

describe('refuses', () => {
  test.each([
    ['a group without a name', { groupId: '' }, 'INVALID_GROUP_ID'],
    ['a session timeout that is too short', { sessionTimeoutMs: 5999 }, 'INVALID_SESSION_TIMEOUT'],
    ['a session timeout that is too long', { sessionTimeoutMs: 1_800_001 }, 'INVALID_SESSION_TIMEOUT'],
    ['a member nobody knows', { memberId: 'me' }, 'UNKNOWN_MEMBER_ID'],
    ['a member that offers no protocol', { protocols: [] }, 'INCONSISTENT_GROUP_PROTOCOL'],
  ] as const)('%s', async (_name, overrides, error) => {
    const answer = await groupMember(clusterUnderTest()).join(overrides);
    expect(answer.errorCode).toBe(errorCodes[error]);
  });

  test('another protocol type, and no protocol in common', async () => {
    const under = clusterUnderTest();
    await groupMember(under).enter();
    const other = groupMember(under);
    expect((await other.join({ protocolType: 'connect' })).errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL);
    const protocols = [{ name: 'mine', metadata: new Uint8Array() }];
    expect((await other.join({ protocols })).errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL);
  });

  test('on a node that does not coordinate the group', async () => {
    const under = clusterUnderTest({ nodes: 2 });
    under.cluster.topology.placeCoordinator('g', 2);
    expect((await groupMember(under, { node: 1 }).join()).errorCode).toBe(errorCodes.NOT_COORDINATOR);
  });
});

describe('joining again', () => {
  test('a follower with the same subscription disturbs nobody', async () => {
    const under = clusterUnderTest();
    const [one, two] = [groupMember(under), groupMember(under)];
    await one.enter();
    const joining = two.join();
    await settle();
    await one.join();
    await joining;
    await Promise.all([two.sync(), one.sync({ [two.memberId]: 'x' })]);
    expect(await two.join()).toMatchObject({ errorCode: 0, generationId: 2, members: [] });
    expect((await one.heartbeat()).errorCode).toBe(0);
  });

  test('the leader makes a rebalance happen', async () => {
    const member = await groupMember(clusterUnderTest()).enter();
    expect(await member.join()).toMatchObject({ errorCode: 0, generationId: 2 });
  });

  test('between join and sync the same answer is given again', async () => {
    const member = groupMember(clusterUnderTest());
    await member.join();
    expect(await member.join()).toMatchObject({ errorCode: 0, generationId: 1 });
  });
});

test('a first rebalance may wait for more members', async () => {
  const under = clusterUnderTest({ initialRebalanceDelayMs: 3000 });
  const [one, two] = [groupMember(under), groupMember(under)];
  const joins = [one.join(), two.join()];
  await settle();
  under.clock.advance(3000);
  const answers = await Promise.all(joins);
  expect(answers.map(({ generationId }) => generationId)).toEqual([1, 1]);
});

test('a full group takes nobody but its own members and those who were invited', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }], configs: { 'group.max.size': '1' } });
  const member = await groupMember(under).enter();
  expect((await groupMember(under).join()).errorCode).toBe(errorCodes.GROUP_MAX_SIZE_REACHED);
  expect((await member.join()).errorCode).toBe(0);
});
