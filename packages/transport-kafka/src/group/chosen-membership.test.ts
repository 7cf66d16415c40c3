import { expect, test } from 'vitest';
import { groupWorld } from '../testing/group-world.ts';

test.each([
  ['consumer', 'a cluster that has it', {}, {}],
  ['classic', 'a cluster of group.version 0', { groupVersion: 0 as const }, {}],
  ['classic', 'an old cluster', { asVersion: '2.8' as const }, {}],
  ['classic', 'one who asks for it', {}, { groupProtocol: 'classic' as const }],
  ['classic', 'one who chooses the session timeout', {}, { sessionTimeoutMs: 10_000 }],
])('groups are %s ones for %s', async (type, _for, broker, member) => {
  await using world = await groupWorld(broker);
  const first = await world.join(member);
  await world.until(() => first.owned.length === 4);
  expect(world.broker.group('g')?.type).toBe(type);
  expect(first.errors).toEqual([]);
});

test.each([{ groupVersion: 0 as const }, { asVersion: '2.8' as const }])(
  'asked for the consumer protocol, a cluster without it is an error at once: %j',
  async (options) => {
    await using world = await groupWorld(options);
    const from = world.clock.now();
    await expect(world.join({ groupProtocol: 'consumer' })).rejects.toMatchObject({
      code: 'broker-refused',
      facts: { kafkaCode: 'UNSUPPORTED_VERSION' },
    });
    expect(world.clock.now() - from).toBeLessThan(1000);
  },
);

test('a session timeout and the consumer protocol exclude each other', async () => {
  await using world = await groupWorld();
  await expect(world.join({ groupProtocol: 'consumer', sessionTimeoutMs: 10_000 })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('consumer.session.timeout.ms'),
  });
});

test('a classic group that cannot be converted is joined as what it is', async () => {
  await using world = await groupWorld({ configs: { 'group.consumer.migration.policy': 'disabled' } });
  const first = await world.join({ groupProtocol: 'classic' });
  await world.until(() => first.owned.length === 4);
  const second = await world.join();
  await world.until(() => first.owned.length === 2 && second.owned.length === 2);
  expect(world.broker.group('g')?.type).toBe('classic');
  expect(world.clashes).toEqual([]);
});

test('members of both protocols share a group that is converted under them', async () => {
  await using world = await groupWorld();
  const classic = await world.join({ groupProtocol: 'classic' });
  await world.until(() => classic.owned.length === 4);
  const modern = await world.join();
  await world.until(() => classic.owned.length === 2 && modern.owned.length === 2);
  expect(world.broker.group('g')?.type).toBe('consumer');
  await world.run(modern.subscription?.close() ?? Promise.resolve());
  await world.until(() => classic.owned.length === 4);
  expect(world.broker.group('g')?.type).toBe('classic');
  expect(world.clashes).toEqual([]);
});
