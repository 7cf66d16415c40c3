import { describe, expect, test } from 'vitest';
import { groupWorld } from '../testing/group-world.ts';

const consumer = { groupProtocol: 'consumer' } as const;

describe('partitions that move', () => {
  test('are given up by one before the other has them; those that stay are read on without a break', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    await world.write('a', 'b', 'c', 'd');
    await world.until(() => first.values.length === 4);
    const second = await world.join(consumer);
    await world.until(() => second.owned.length === 2);
    await world.write('e', 'f', 'g', 'h');
    await world.until(() => first.values.length + second.values.length >= 10);

    expect(world.broker.group('g')).toMatchObject({ type: 'consumer', state: 'Stable' });
    expect(first.history.slice(-2)).toEqual(['-2,3', '+0,1']);
    // What stayed is not read again, and what moved is, for nothing was committed.
    expect(first.values.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(second.values.sort()).toEqual(['c', 'd', 'g', 'h']);
    expect(world.clashes).toEqual([]);
  });

  test('come to a member with its next heartbeats, not only after their interval, while things are on the move', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    const second = await world.join(consumer);
    const from = world.clock.now();
    await world.until(() => second.owned.length === 2);
    // The first has to hear of it by a heartbeat of 5 s; the second then looks in more often than that.
    expect(world.clock.now() - from).toBeLessThan(8000);
  });

  test('are taken over when their member leaves, and all of them when the topic grows', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    const second = await world.join(consumer);
    await world.until(() => first.owned.length === 2 && second.owned.length === 2);
    await world.run(second.subscription?.close() ?? Promise.resolve());
    await world.until(() => first.owned.length === 4, 6000);
    expect(first.history.at(-1)).toBe('+0,1,2,3');
    expect(world.clashes).toEqual([]);
  });
});

describe('a member', () => {
  test('commits with its epoch, also when that rises at the same moment', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    world.broker.faults.on('OffsetCommit').fail('STALE_MEMBER_EPOCH').times(2);
    await world.run(first.commit(0, 7));
    expect(world.broker.group('g')?.offsets).toMatchObject([{ partition: 0, offset: 7 }]);
  });

  test('names topics by their ids, and goes on when a broker does not know one yet', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    const commits = world.broker.faults.on('OffsetCommit').version(10).fail('UNKNOWN_TOPIC_ID').times(2);
    await world.write('a', 'b', 'c', 'd', 'e');
    await world.run(first.commit(0, 1));
    await world.run(first.subscription?.close() ?? Promise.resolve());
    const fetches = world.broker.faults.on('OffsetFetch').version(10).fail('UNKNOWN_TOPIC_ID').times(2);
    const second = await world.join(consumer);
    await world.until(() => second.values.length === 4);
    expect([commits.fired, fetches.fired]).toEqual([2, 2]);
    expect(second.values.sort()).toEqual(['b', 'c', 'd', 'e']);
    expect(second.errors).toEqual([]);
  });

  test('may not commit for what it gave up, although its epoch is the newest', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    // It is tried until the partition has gone, and then not once more under the epoch that would be taken.
    world.broker.faults.on('OffsetCommit').fail('STALE_MEMBER_EPOCH').always();
    const refused = expect(first.commit(3, 7)).rejects.toMatchObject({ code: 'fenced' });
    const second = await world.join(consumer);
    await world.until(() => second.owned.length === 2);
    await world.run(refused);
    expect(world.broker.group('g')?.offsets).toEqual([]);
  });

  test.each(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'] as const)(
    'that is fenced with %s gives everything up and is back',
    async (error) => {
      await using world = await groupWorld();
      const first = await world.join(consumer);
      await world.until(() => first.owned.length === 4);
      const { epoch } = first;
      world.broker.faults.on('ConsumerGroupHeartbeat').fail(error);
      await world.until(() => first.history.length === 3);
      expect(first.history).toEqual(['+0,1,2,3', '-0,1,2,3', '+0,1,2,3']);
      await world.run(expect(first.commit(0, 1, epoch)).rejects.toMatchObject({ code: 'fenced' }));
      await world.run(first.commit(0, 1));
      expect(first.errors).toEqual([]);
    },
  );

  test('keeps its partitions while the coordinator moves, crashes, loads or does not answer', async () => {
    await using world = await groupWorld();
    const first = await world.join({ ...consumer, requestTimeout: '5s' });
    await world.until(() => first.owned.length === 4);
    const { broker } = world;
    const beat = () => broker.faults.on('ConsumerGroupHeartbeat');
    beat().fail('COORDINATOR_LOAD_IN_PROGRESS').times(3);
    beat().fail('NOT_COORDINATOR').times(2);
    beat().fail('COORDINATOR_NOT_AVAILABLE');
    beat().applyThen('disconnect');
    beat().silence();
    beat().delay('4s');
    await world.until(() => broker.faults.unused().length === 0);
    broker.moveCoordinator('g', (broker.coordinatorOf('g') % 3) + 1);
    await world.run(first.commit(1, 3));
    await world.run(broker.crashNode(broker.coordinatorOf('g')));
    await world.until(() => false, 20_000).catch(() => undefined);
    await world.run(first.commit(1, 4));
    expect(first.history).toEqual(['+0,1,2,3']);
    expect(first.errors).toEqual([]);
  });

  test('that hears nothing for a session does not think it is a member, tells, and is back', async () => {
    await using world = await groupWorld();
    const first = await world.join({ ...consumer, requestTimeout: '5s' });
    await world.until(() => first.owned.length === 4);
    const silence = world.broker.faults.on('ConsumerGroupHeartbeat').silence().always();
    await world.until(() => first.owned.length === 0, 60_000);
    expect(first.errors).toMatchObject([{ code: 'transport-unreachable' }]);
    expect(silence.fired).toBeGreaterThan(3);
    world.broker.faults.clear();
    await world.until(() => first.owned.length === 4);
  });

  test('that is refused for good says why', async () => {
    await using world = await groupWorld();
    const first = await world.join(consumer);
    await world.until(() => first.owned.length === 4);
    world.broker.faults.on('ConsumerGroupHeartbeat').fail('GROUP_AUTHORIZATION_FAILED');
    await world.until(() => first.errors.length === 1);
    expect(first.errors).toMatchObject([{ code: 'authorization-failed' }]);
    expect(first.history.at(-1)).toBe('-0,1,2,3');
  });
});

describe('a static member', () => {
  const billing = { ...consumer, groupInstanceId: 'billing-1' };

  test('that restarts comes back to what it had, and nobody else is disturbed', async () => {
    await using world = await groupWorld();
    const first = await world.join(billing);
    const other = await world.join(consumer);
    await world.until(() => first.owned.length === 2 && other.owned.length === 2);
    const had = first.owned;
    const { length } = other.history;
    await world.run(first.subscription?.close() ?? Promise.resolve());
    const again = await world.join(billing);
    await world.until(() => again.owned.length === 2);
    expect(again.owned).toEqual(had);
    expect(other.history).toHaveLength(length);
  });

  test('whose name another process still has waits a while, then says so', async () => {
    await using world = await groupWorld();
    const first = await world.join(billing);
    await world.until(() => first.owned.length === 4);
    await expect(world.join(billing)).rejects.toMatchObject({
      code: 'broker-refused',
      message: expect.stringMatching(/UNRELEASED_INSTANCE_ID.*"billing-1".*Stop the other process/),
    });
    expect(first.history).toEqual(['+0,1,2,3']);
  });
});

test('the server assignor is the one asked for; one it does not have is named in the error', async () => {
  await using world = await groupWorld();
  await world.join({ ...consumer, serverAssignor: 'range' });
  expect(world.broker.group('g')?.protocol).toBe('range');
  await expect(world.join({ ...consumer, serverAssignor: 'best' })).rejects.toMatchObject({
    code: 'broker-refused',
    message: expect.stringMatching(/UNSUPPORTED_ASSIGNOR.*best.*uniform, range/),
  });
});
