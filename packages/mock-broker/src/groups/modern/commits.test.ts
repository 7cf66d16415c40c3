import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../../testing/cluster-under-test.ts';
import { modernMember } from '../../testing/modern-member.ts';
import { errorName, transactionalProducer } from '../../testing/transactional-producer.ts';

const cluster = () => clusterUnderTest({ topics: [{ name: 't', partitions: 4 }] });

/** Member `a` in epoch 3, with 0 and 1 since epoch 2; `b` has the others. */
async function pair(under: ReturnType<typeof cluster>) {
  const [a, b] = [modernMember(under, 'a'), modernMember(under, 'b')];
  await a.join();
  await b.join();
  for (const member of [a, a, b]) await member.beat();
  return { a, b };
}

test('a member commits in its epoch, or in an older one what it has had since (KIP-1251)', async () => {
  const { a } = await pair(cluster());
  expect(a).toMatchObject({ epoch: 3, partitions: [0, 1] });
  expect(await a.commit(1n)).toBe('NONE');
  expect(await a.commit(1n, { epoch: 2 })).toBe('NONE');
  expect(await a.commit(1n, { epoch: 1 })).toBe('STALE_MEMBER_EPOCH');
  expect(await a.commit(1n, { epoch: 4 })).toBe('STALE_MEMBER_EPOCH');
  expect(await a.commit(1n, { epoch: 2, partition: 3 })).toBe('STALE_MEMBER_EPOCH');
});

test('nobody else commits while somebody is in the group, and members only in versions that know epochs', async () => {
  const under = cluster();
  const { a, b } = await pair(under);
  expect(await a.commit(1n, { memberId: 'x' })).toBe('UNKNOWN_MEMBER_ID');
  expect(await a.commit(1n, { memberId: '', epoch: -1 })).toBe('UNKNOWN_MEMBER_ID');
  expect(await a.commit(1n, { version: 8 })).toBe('UNSUPPORTED_VERSION');
  await a.leave();
  await b.leave();
  expect(await a.commit(1n, { memberId: '', epoch: -1, version: 8 })).toBe('NONE');
});

test('a group that is not there is called so since version 9', async () => {
  const stranger = modernMember(cluster(), 'a');
  expect(await stranger.commit(1n, { epoch: 3 })).toBe('GROUP_ID_NOT_FOUND');
  expect(await stranger.commit(1n, { epoch: 3, version: 8 })).toBe('ILLEGAL_GENERATION');
});

test('members read in their epoch, everybody else without one', async () => {
  const under = cluster();
  const { a } = await pair(under);
  await a.commit(7n);
  const read = async (memberId: string | null, memberEpoch: number) => {
    const groups = [{ groupId: 'g', memberId, memberEpoch, topics: [{ name: 't', partitionIndexes: [0] }] }];
    const [group] = (await under.call(messages.offsetFetch, { version: 9 }, { groups, requireStable: false })).groups;
    return group!.errorCode ? errorName(group!.errorCode) : group!.topics[0]!.partitions[0]!.committedOffset;
  };
  expect(await read('a', 3)).toBe(7n);
  expect(await read(null, -1)).toBe(7n);
  expect(await read('a', 2)).toBe('STALE_MEMBER_EPOCH');
  expect(await read('a', -1)).toBe('STALE_MEMBER_EPOCH');
  expect(await read('x', 3)).toBe('UNKNOWN_MEMBER_ID');
});

test('a transaction takes offsets of members in their epoch, and of whoever names no member', async () => {
  const under = cluster();
  const { a } = await pair(under);
  const producer = await transactionalProducer(under);
  expect(await producer.offset(5n, { memberId: 'a', generationId: a.epoch })).toBe('NONE');
  expect(await producer.offset(5n, { memberId: 'a', generationId: 1 })).toBe('ILLEGAL_GENERATION');
  expect(await producer.offset(5n, { memberId: 'x', generationId: a.epoch })).toBe('UNKNOWN_MEMBER_ID');
  expect(await producer.offset(5n)).toBe('NONE');
  expect(await producer.offset(5n, { generationId: a.epoch })).toBe('UNKNOWN_MEMBER_ID');
  expect(await producer.offset(5n, { groupInstanceId: 'i' })).toBe('UNKNOWN_MEMBER_ID');
});
