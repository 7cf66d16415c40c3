import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { describeModern, modernMember } from '../testing/modern-member.ts';
import { errorName } from '../testing/transactional-producer.ts';

const cluster = (options = {}) => clusterUnderTest({ topics: [{ name: 't', partitions: 4 }], ...options });

describe('a lone member', () => {
  test('has everything with its first answer, without any time passing', async () => {
    const under = cluster();
    const member = modernMember(under, 'a');
    expect(await member.join()).toMatchObject({
      errorCode: 0,
      memberId: 'a',
      memberEpoch: 2,
      heartbeatIntervalMs: 5000,
    });
    expect(member.partitions).toEqual([0, 1, 2, 3]);
    expect((await member.beat()).assignment).toBeNull();
  });

  test('of version 0 gets its id from the broker', async () => {
    const answer = await modernMember(cluster(), '', { sender: { version: 0 } }).join();
    expect(answer.memberId).toMatch(/^[\w-]{22}$/);
  });

  test('may name a topic twice and change the order of topics: nothing changes', async () => {
    const under = cluster({ topics: [{ name: 't' }, { name: 'u' }] });
    const member = modernMember(under, 'a');
    const { memberEpoch } = await member.join({ subscribedTopicNames: ['t', 'u'] });
    expect(await member.beat({ subscribedTopicNames: ['u', 't', 'u'] })).toMatchObject({ memberEpoch });
  });

  test('that was away and comes under its id alone has its partitions again', async () => {
    const member = modernMember(cluster(), 'a', { instanceId: 'one' });
    await member.join();
    await member.leave(-2);
    expect(await member.join({ instanceId: null })).toMatchObject({ errorCode: 0, memberEpoch: 2 });
    expect(member.partitions).toEqual([0, 1, 2, 3]);
  });

  test('of no topic and of a topic without a name are two subscriptions', async () => {
    const member = modernMember(cluster(), 'a');
    const { memberEpoch } = await member.join({ subscribedTopicNames: [] });
    const answer = await member.beat({ subscribedTopicNames: [''] });
    expect(answer).toMatchObject({ memberEpoch: memberEpoch + 1 });
  });

  test('hears of topics that come and grow with its next heartbeat', async () => {
    const under = cluster();
    const member = modernMember(under, 'a', { subscribedTopicNames: ['t', 'later'] });
    await member.join();
    under.cluster.catalog.grow(under.cluster.catalog.byName('t')!, 5);
    expect(await member.beat()).toMatchObject({ memberEpoch: 3 });
    expect(member.partitions).toEqual([0, 1, 2, 3, 4]);
    under.cluster.catalog.create({ name: 'later', partitions: 1 });
    under.cluster.catalog.create({ name: 'other', partitions: 1 });
    expect(await member.beat()).toMatchObject({ memberEpoch: 4 });
    expect(await member.beat()).toMatchObject({ memberEpoch: 4 });
    under.cluster.catalog.delete(under.cluster.catalog.byName('t')!);
    await member.beat();
    await member.beat();
    expect(member.held).toHaveLength(1);
  });
});

describe('two members', () => {
  test('share: what one has to give up goes to the other only once it said so', async () => {
    const under = cluster();
    const [a, b] = [modernMember(under, 'a'), modernMember(under, 'b')];
    await a.join();
    await b.join();
    expect(b).toMatchObject({ epoch: 3, partitions: [] });
    await a.send({ topicPartitions: null });
    await b.beat();
    expect([a.partitions, b.partitions, a.epoch]).toEqual([[0, 1], [], 2]);
    await a.beat();
    await b.beat();
    expect([a.partitions, b.partitions, a.epoch]).toEqual([[0, 1], [2, 3], 3]);
    await a.leave();
    await b.beat();
    expect(b).toMatchObject({ epoch: 4, partitions: [0, 1, 2, 3] });
  });

  test('who gives nothing up in its rebalance timeout is fenced', async () => {
    const under = cluster();
    const [a, b] = [modernMember(under, 'a'), modernMember(under, 'b')];
    await a.join({ rebalanceTimeoutMs: 10_000 });
    await b.join();
    await a.send({ topicPartitions: null });
    under.clock.advance(10_000);
    expect(errorName((await a.beat()).errorCode)).toBe('UNKNOWN_MEMBER_ID');
    await b.beat();
    expect(b.partitions).toEqual([0, 1, 2, 3]);
  });

  test('who is silent for the session timeout is fenced; groups may have a timeout of their own', async () => {
    const under = cluster();
    under.cluster.groups.settings.configsOf('g').set('consumer.session.timeout.ms', '50000');
    const a = modernMember(under, 'a');
    await a.join();
    under.clock.advance(49_999);
    expect((await a.beat()).errorCode).toBe(0);
    under.clock.advance(50_000);
    expect(errorName((await a.beat()).errorCode)).toBe('UNKNOWN_MEMBER_ID');
    expect((await describeModern(under)).groupState).toBe('Empty');
  });

  test('most of them choose the assignor', async () => {
    const under = cluster();
    await modernMember(under, 'a', { serverAssignor: 'range' }).join();
    expect((await describeModern(under)).assignorName).toBe('range');
    await modernMember(under, 'b', { serverAssignor: 'uniform' }).join();
    await modernMember(under, 'c', { serverAssignor: 'uniform' }).join();
    expect((await describeModern(under)).assignorName).toBe('uniform');
  });
});

describe('epochs', () => {
  test('ahead or behind are fenced, but the one before may come again if its answer was lost', async () => {
    const under = cluster();
    const [a, b] = [modernMember(under, 'a'), modernMember(under, 'b')];
    await a.join();
    expect(errorName((await a.send({ memberEpoch: 9 })).errorCode)).toBe('FENCED_MEMBER_EPOCH');
    expect(errorName((await a.send({ memberEpoch: 1 })).errorCode)).toBe('FENCED_MEMBER_EPOCH');
    await b.join();
    await b.leave();
    const held = a.held;
    await a.beat();
    const again = await a.send({ memberEpoch: 2, topicPartitions: held });
    expect(again).toMatchObject({ errorCode: 0, memberEpoch: a.epoch });
    const more = [{ topicId: held[0]!.topicId, partitions: [9] }];
    expect(errorName((await a.send({ memberEpoch: 2, topicPartitions: more })).errorCode)).toBe('FENCED_MEMBER_EPOCH');
  });

  test('0 joins again without partitions', async () => {
    const under = cluster();
    const a = modernMember(under, 'a');
    await a.join();
    expect(await a.join()).toMatchObject({ errorCode: 0, memberEpoch: 2 });
  });

  test('a full group takes nobody but its own', async () => {
    const under = cluster({ configs: { 'group.consumer.max.size': '1' } });
    const a = modernMember(under, 'a');
    await a.join();
    const refused = await modernMember(under, 'b').join();
    expect(refused.errorMessage).toBe('The consumer group has reached its maximum capacity of 1 members.');
    expect((await a.beat()).errorCode).toBe(0);
  });
});

describe('a static member', () => {
  test('goes for a while and comes back under another id to what it had', async () => {
    const under = cluster();
    const before = modernMember(under, 'a', { instanceId: 'i' });
    await before.join();
    const after = modernMember(under, 'b', { instanceId: 'i' });
    expect(errorName((await after.join()).errorCode)).toBe('UNRELEASED_INSTANCE_ID');
    expect(errorName((await after.beat({ memberEpoch: 2 })).errorCode)).toBe('FENCED_INSTANCE_ID');
    expect(await before.leave(-2)).toMatchObject({ errorCode: 0, memberEpoch: -2 });
    expect(errorName((await before.beat({ memberEpoch: 2 })).errorCode)).toBe('FENCED_MEMBER_EPOCH');
    expect(await after.join()).toMatchObject({ errorCode: 0, memberEpoch: 2 });
    expect(after.partitions).toEqual([0, 1, 2, 3]);
  });

  test('that stays away for its session timeout is gone', async () => {
    const under = cluster();
    const member = modernMember(under, 'a', { instanceId: 'i' });
    await member.join();
    await member.leave(-2);
    under.clock.advance(45_000);
    expect((await describeModern(under)).members).toEqual([]);
  });
});

describe('a regular expression', () => {
  test('takes in topics that come later', async () => {
    const under = cluster();
    const member = modernMember(under, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'x.*' });
    await member.join();
    expect(member.partitions).toEqual([]);
    under.cluster.catalog.create({ name: 'x-1', partitions: 2 });
    await member.beat();
    expect(member.partitions).toEqual([0, 1]);
  });

  test('does not reach topics its reader may not see; a name does not either', async () => {
    const rule = { principal: 'User:ANONYMOUS', operation: 'read' } as const;
    const under = cluster({
      topics: [{ name: 'x-1' }, { name: 'x-2' }],
      acls: {
        rules: [
          { ...rule, resource: 'group', name: 'g' },
          { ...rule, resource: 'topic', name: 'x-1' },
        ],
      },
    });
    const member = modernMember(under, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'x-.' });
    await member.join();
    expect(member.held.map(({ topicId }) => under.cluster.catalog.byId(topicId)?.name)).toEqual(['x-1']);
    const named = await modernMember(under, 'b').join({ subscribedTopicNames: ['x-1', 'x-2'] });
    expect(errorName(named.errorCode)).toBe('TOPIC_AUTHORIZATION_FAILED');
  });
});

test.each([
  ['INVALID_REQUEST', { memberId: '' }, "MemberId can't be empty."],
  ['INVALID_REQUEST', { groupId: '' }, "GroupId can't be empty."],
  ['INVALID_REQUEST', { instanceId: '' }, "InstanceId can't be empty."],
  ['INVALID_REQUEST', { rackId: '' }, "RackId can't be empty."],
  ['INVALID_REQUEST', { rebalanceTimeoutMs: -1 }, 'RebalanceTimeoutMs must be provided in first request.'],
  ['INVALID_REQUEST', { topicPartitions: null }, 'TopicPartitions must be empty when (re-)joining.'],
  [
    'INVALID_REQUEST',
    { subscribedTopicNames: null },
    'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
  ],
  ['INVALID_REQUEST', { memberEpoch: -2 }, "InstanceId can't be null."],
  ['INVALID_REQUEST', { memberEpoch: -3 }, 'MemberEpoch is invalid.'],
  [
    'UNSUPPORTED_ASSIGNOR',
    { serverAssignor: 'x' },
    'ServerAssignor x is not supported. Supported assignors: uniform, range.',
  ],
  [
    'INVALID_REGULAR_EXPRESSION',
    { subscribedTopicRegex: '(' },
    'SubscribedTopicRegex `(` is not a valid regular expression: missing closing ).',
  ],
  ['GROUP_ID_NOT_FOUND', { memberEpoch: 5 }, 'Consumer group g not found.'],
  ['GROUP_ID_NOT_FOUND', { memberEpoch: -1 }, 'Group g not found.'],
])('%s: %j', async (error, request, message) => {
  const answer = await modernMember(cluster(), 'a').join(request);
  expect([errorName(answer.errorCode), answer.errorMessage]).toEqual([error, message]);
});

test('with group.version 0 the protocol is refused, and ApiVersions does not finalise it', async () => {
  const under = cluster({ groupVersion: 0 });
  expect(errorName((await modernMember(under, 'a').join()).errorCode)).toBe('UNSUPPORTED_VERSION');
  const features = async (from: typeof under) =>
    (
      await from.call(messages.apiVersions, { version: 3 }, { clientSoftwareName: 'a', clientSoftwareVersion: '1' })
    ).finalizedFeatures.map(({ name }) => name);
  expect(await features(under)).not.toContain('group.version');
  expect(await features(cluster())).toContain('group.version');
});
