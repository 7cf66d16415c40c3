import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from '../kafka-transport.ts';
import { startReading } from '../testing/reader.ts';

const acls = { superUsers: ['User:ANONYMOUS'] };

async function administered() {
  const broker = await startMockBroker({ nodes: 3, acls, topics: [{ name: 'orders', partitions: 2 }] });
  const transport = kafka({ brokers: broker.brokers, fetchMaxWait: '50ms' });
  await transport.connect();
  const { admin } = transport;
  return {
    broker,
    transport,
    admin,
    async [Symbol.asyncDispose]() {
      await transport.close();
      await broker.close();
    },
  };
}

test('the cluster, its topics and more partitions of one', async () => {
  await using world = await administered();
  const { admin } = world;
  const { brokers, controller, clusterId } = await admin.cluster();
  expect(brokers.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect([1, 2, 3]).toContain(controller);
  expect(clusterId).toMatch(/\S/);
  expect(await admin.listTopics()).toEqual(['orders']);

  await admin.createPartitions('orders', 4);
  const [orders] = await admin.describeTopics(['orders']);
  expect(orders?.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
  expect(orders?.partitions[3]?.inSync).toContain(orders?.partitions[3]?.leader);
  await expect(admin.createPartitions('orders', 2)).rejects.toMatchObject({
    code: 'broker-refused',
    facts: { kafkaCode: 'INVALID_PARTITIONS' },
  });
  await expect(admin.describeTopics(['nothing'])).rejects.toMatchObject({ code: 'topic-missing' });
});

test('configs are set, read and given back', async () => {
  await using world = await administered();
  const { admin } = world;
  const retention = async () =>
    (await admin.configs({ topic: 'orders' })).find(({ name }) => name === 'retention.ms') ?? expect.unreachable();
  expect(await retention()).toMatchObject({ value: '604800000', isDefault: true });
  await admin.alterConfigs({ topic: 'orders' }, { 'retention.ms': '1000', 'cleanup.policy': 'compact' });
  expect(await retention()).toMatchObject({ value: '1000', isDefault: false });
  await admin.alterConfigs({ topic: 'orders' }, { 'retention.ms': null });
  expect(await retention()).toMatchObject({ value: '604800000', isDefault: true });
  expect((await admin.configs({ broker: 2 })).length).toBeGreaterThan(10);
  await expect(admin.alterConfigs({ topic: 'orders' }, { 'retention.ms': 'for ever' })).rejects.toMatchObject({
    code: 'broker-refused',
    facts: { kafkaCode: 'INVALID_CONFIG' },
  });
});

test('records before an offset are deleted', async () => {
  await using world = await administered();
  const orders = await world.transport.topic('orders');
  for (const value of ['a', 'b', 'c']) await orders.append(1, null, value, [], 1);
  const left = await world.admin.deleteRecords([{ topic: 'orders', partition: 1, offset: 2 }]);
  expect(left).toEqual([{ topic: 'orders', partition: 1, offset: 2 }]);
  expect((await world.transport.offsets('orders'))[1]).toMatchObject({ first: 2, next: 3 });
});

test.each(['classic', 'consumer'] as const)(
  'a group by the %s protocol: who is in it, its offsets, its end',
  async (groupProtocol) => {
    await using world = await administered();
    const { admin } = world;
    const reading = kafka({ brokers: world.broker.brokers, groupProtocol, clientId: 'reader' });
    await reading.connect();
    const reader = await startReading(reading, ['orders'], 'readers');
    await reader.until(({ epoch }) => epoch > 0);

    expect(await admin.listGroups()).toMatchObject([
      { group: 'readers', protocolType: 'consumer', type: groupProtocol },
    ]);
    const group = await admin.describeGroup('readers');
    expect(group).toMatchObject({ state: 'Stable', type: groupProtocol });
    expect(group.members).toMatchObject([{ clientId: 'reader', partitions: [{ partition: 0 }, { partition: 1 }] }]);
    await expect(admin.deleteGroup('readers')).rejects.toMatchObject({ facts: { kafkaCode: 'NON_EMPTY_GROUP' } });

    await reading.close();
    await admin.setOffsets('readers', [{ topic: 'orders', partition: 0, offset: 7 }]);
    expect(await world.transport.committed('readers', 'orders')).toEqual([
      { topic: 'orders', partition: 0, offset: 7 },
    ]);
    await admin.deleteOffsets('readers', [{ topic: 'orders', partition: 0 }]);
    expect(await world.transport.committed('readers', 'orders')).toEqual([]);
    await admin.setOffsets('readers', [{ topic: 'orders', partition: 1, offset: 1 }]);
    await admin.deleteGroup('readers');
    expect(await admin.describeGroup('readers')).toMatchObject({ state: 'Dead', members: [] });
  },
);

test('access rules are added, found and deleted', async () => {
  await using world = await administered();
  const { admin } = world;
  const rule = { principal: 'User:alice', resource: 'topic', name: 'orders', operation: 'write' } as const;
  const whole = { ...rule, pattern: 'literal', permission: 'allow', host: '*' };
  const denied = { ...rule, name: 'inv', pattern: 'prefixed', permission: 'deny', operation: 'all' } as const;
  await admin.createAcls([rule, denied]);
  expect(await admin.acls()).toHaveLength(2);
  expect(await admin.acls({ operation: 'write' })).toEqual([whole]);
  expect(await admin.deleteAcls({ permission: 'deny' })).toEqual([{ ...denied, host: '*' }]);
  expect(await admin.acls({ principal: 'User:alice' })).toEqual([whole]);
});

test('a coordinator or controller that moves, and one that does not answer, are asked again', async () => {
  await using world = await administered();
  const { admin, broker } = world;
  broker.faults.on('CreatePartitions').fail('NOT_CONTROLLER');
  await admin.createPartitions('orders', 3);
  broker.faults.on('DescribeGroups').fail('NOT_COORDINATOR');
  broker.faults.on('DescribeGroups').disconnect();
  expect(await admin.describeGroup('nobody')).toMatchObject({ state: 'Dead' });
  broker.faults.on('IncrementalAlterConfigs').applyThen('disconnect');
  await admin.alterConfigs({ topic: 'orders' }, { 'retention.ms': '5' });
  expect(broker.faults.unused()).toEqual([]);
});
