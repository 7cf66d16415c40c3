import { errorCodes } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

test('keeps a member alive beyond its session timeout', async () => {
  const under = clusterUnderTest();
  const member = await groupMember(under).enter();
  for (let beat = 0; beat < 3; beat += 1) {
    under.clock.advance(9_999);
    expect((await member.heartbeat()).errorCode).toBe(0);
  }
  under.clock.advance(10_000);
  expect((await member.heartbeat()).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
  expect(under.cluster.groups.find('g')?.classic?.state).toBe('Empty');
});

test('a member that dies makes the others rebalance', async () => {
  const under = clusterUnderTest();
  const [one, two] = [groupMember(under, { sessionTimeoutMs: 60_000 }), groupMember(under)];
  await one.enter();
  const joining = two.join();
  await settle();
  await one.join();
  await joining;
  await Promise.all([two.sync(), one.sync()]);
  under.clock.advance(10_000);
  expect((await one.heartbeat()).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS);
});

test('a member that waits for its answer does not die of the wait', async () => {
  const under = clusterUnderTest();
  const [one, two] = [groupMember(under, { sessionTimeoutMs: 60_000 }), groupMember(under)];
  await one.enter();
  const joining = two.join();
  await settle();
  under.clock.advance(59_000);
  await one.join();
  expect((await joining).errorCode).toBe(0);
});

test('refuses strangers, old generations and other nodes', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.topology.placeCoordinator('g', 1);
  const member = await groupMember(under).enter();
  expect((await member.heartbeat({ memberId: 'stranger' })).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID);
  expect((await member.heartbeat({ generationId: 0 })).errorCode).toBe(errorCodes.ILLEGAL_GENERATION);
  expect((await member.heartbeat({ groupId: 'unknown' })).errorCode).not.toBe(0);
  under.cluster.topology.placeCoordinator('g', 2);
  expect((await member.heartbeat()).errorCode).toBe(errorCodes.NOT_COORDINATOR);
});
