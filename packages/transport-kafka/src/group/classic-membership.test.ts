import { describe, expect, test } from 'vitest';
import { groupWorld } from '../testing/group-world.ts';

const classic = { groupProtocol: 'classic' } as const;
const cooperative = { ...classic, assignors: ['cooperative-sticky'] } as const;

describe.each([
  ['range', { ...classic, assignors: ['range'] }],
  ['roundrobin', { ...classic, assignors: ['roundrobin'] }],
  ['sticky', { ...classic, assignors: ['sticky'] }],
  ['cooperative-sticky', cooperative],
] as const)('members that share by %s', (name, options) => {
  test('read everything, nothing twice at once, while others come and go', async () => {
    await using world = await groupWorld({ topics: [{ name: 'orders', partitions: 6 }] });
    const first = await world.join(options);
    await world.until(() => first.owned.length === 6);
    const second = await world.join(options);
    await world.until(() => first.owned.length === 3 && second.owned.length === 3);
    const third = await world.join(options);
    const members = [first, second, third];
    await world.until(() => members.every(({ owned }) => owned.length === 2));
    expect(world.broker.group('g')).toMatchObject({ type: 'classic', protocol: name });
    await world.write('a', 'b', 'c', 'd', 'e', 'f');
    const read = () => members.flatMap(({ values }) => values);
    await world.until(() => read().length >= 6);
    expect(read().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    await world.run(second.subscription?.close() ?? Promise.resolve());
    await world.until(() => first.owned.length === 3 && third.owned.length === 3);
    expect(world.clashes).toEqual([]);
  });
});

describe('a cooperative member', () => {
  test('goes on with what stays while the group rebalances, and commits it', async () => {
    await using world = await groupWorld();
    const first = await world.join(cooperative);
    await world.until(() => first.owned.length === 4);
    const gate = world.broker.faults.gate();
    world.broker.faults.on('SyncGroup').hold(gate).times(2);
    const joining = world.join(cooperative);
    await world.until(() => world.broker.faults.unused().length === 0);
    await world.write('a', 'b', 'c', 'd');
    await world.until(() => first.values.length === 4);
    expect(first.history).toEqual(['+0,1,2,3']);
    gate.open();
    const second = await joining;
    await world.until(() => second.owned.length === 2 && first.owned.length === 2);
    expect(first.history.filter((line) => line.startsWith('-'))).toHaveLength(1);
    for (const partition of first.owned) await world.run(first.commit(partition, 1));
    expect(first.values).toHaveLength(4);
    expect(world.clashes).toEqual([]);
  });

  test('that meets REBALANCE_IN_PROGRESS with a commit makes it when that is over', async () => {
    await using world = await groupWorld();
    const first = await world.join(cooperative);
    await world.until(() => first.owned.length === 4);
    world.broker.faults.on('OffsetCommit').fail('REBALANCE_IN_PROGRESS').times(3);
    await world.run(first.commit(2, 5));
    expect(world.broker.group('g')?.offsets).toMatchObject([{ partition: 2, offset: 5 }]);
  });
});

describe.each([
  ['eager', classic],
  ['cooperative', cooperative],
] as const)('an %s member', (_, options) => {
  test.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'] as const)(
    'that is told %s gives everything up and is back; commits of before are fenced',
    async (error) => {
      await using world = await groupWorld();
      const first = await world.join(options);
      await world.until(() => first.owned.length === 4);
      const { epoch } = first;
      world.broker.faults.on('Heartbeat').fail(error);
      await world.until(() => first.history.length === 3);
      expect(first.history).toEqual(['+0,1,2,3', '-0,1,2,3', '+0,1,2,3']);
      await world.run(expect(first.commit(0, 1, epoch)).rejects.toMatchObject({ code: 'fenced' }));
      await world.run(first.commit(0, 1));
      expect(first.errors).toEqual([]);
    },
  );

  test('keeps its partitions while the coordinator moves, crashes, loads or does not answer', async () => {
    await using world = await groupWorld();
    const { broker } = world;
    const first = await world.join(options);
    await world.until(() => first.owned.length === 4);
    const beat = () => broker.faults.on('Heartbeat');
    beat().fail('COORDINATOR_LOAD_IN_PROGRESS').times(3);
    beat().fail('NOT_COORDINATOR').times(2);
    beat().fail('COORDINATOR_NOT_AVAILABLE');
    beat().applyThen('disconnect');
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

  test.each(['JoinGroup', 'SyncGroup'] as const)(
    'whose answer to %s is lost joins all the same, and leaves no ghost',
    async (api) => {
      await using world = await groupWorld();
      world.broker.faults.on(api).applyThen('disconnect').times(2);
      const first = await world.join({ ...options, sessionTimeoutMs: 10_000, rebalanceTimeout: '5s' });
      await world.until(() => first.owned.length === 4);
      await world.until(() => world.broker.group('g')?.members.length === 1 && first.owned.length === 4);
      await world.run(first.commit(0, 1));
    },
  );

  test.each(['FENCED_INSTANCE_ID', 'GROUP_AUTHORIZATION_FAILED'] as const)(
    'that is refused with %s says why and has ended',
    async (error) => {
      await using world = await groupWorld();
      const first = await world.join({ ...options, groupInstanceId: 'one' });
      await world.until(() => first.owned.length === 4);
      world.broker.faults.on('Heartbeat').fail(error);
      await world.until(() => first.errors.length === 1);
      expect(first.errors[0]?.retriable).toBe(false);
      expect(first.owned).toEqual([]);
    },
  );

  test('that is gone without a word is replaced when its session is over', async () => {
    await using world = await groupWorld();
    const first = await world.join({ ...options, sessionTimeoutMs: 10_000, clientId: 'dying', requestTimeout: '5s' });
    await world.until(() => first.owned.length === 4);
    const second = world.join({ ...options, sessionTimeoutMs: 10_000, rebalanceTimeout: '5s' });
    world.broker.faults.on('*').client('dying').silence().always();
    const other = await second;
    await world.until(() => other.owned.length === 4);
    expect(world.clashes).toEqual([]);
  });
});

test('who never gets an answer is told so at its deadline, and a slow coordinator is waited for', async () => {
  await using world = await groupWorld();
  world.broker.faults.on('JoinGroup').silence().always();
  const from = world.clock.now();
  const transport = await world.transport({ ...classic, requestTimeout: '5s', rebalanceTimeout: '5s' });
  const request = {
    group: 'g',
    topics: ['orders'],
    startFrom: 'earliest',
    onAssigned: () => undefined,
    onRevoked: () => undefined,
    onRecords: () => undefined,
    onError: () => undefined,
  } as const;
  await world.run(expect(transport.subscribe(request, { timeoutMs: 8000 })).rejects.toMatchObject({ code: 'timeout' }));
  expect(world.clock.now() - from).toBeLessThan(9000);
  world.broker.faults.clear();
  world.broker.faults.on('JoinGroup').delay('9s').always();
  world.broker.faults.on('SyncGroup').delay('3s').always();
  const slow = await world.join(classic);
  await world.until(() => slow.owned.length === 4);
});
