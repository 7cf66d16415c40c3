import { messages } from '@eventstream/kafka-protocol';
import { expect } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { rawClient } from '../testing/raw-client.ts';
import { brokerMatchers, test } from './index.ts';

expect.extend(brokerMatchers);

test('compares the records of a topic', async ({ broker }) => {
  broker.createTopic({ name: 'orders' });
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.produce('orders', 'a', { key: Buffer.from('k') });
  await client.produce('orders', 'b');
  await expect(broker.topic('orders')).toHaveRecords(['a', { key: null, value: 'b', offset: 1 }]);
  await expect(broker.topic('orders')).not.toHaveRecords(['a']);
  const complaint = expect(broker.topic('orders')).toHaveRecords(['a', 'c']);
  await expect(complaint).rejects.toThrow(/Topic "orders" holds 2 records, 2 were expected\.[\s\S]*"c"[\s\S]*"b"/);
});

test('compares what a group has committed', async ({ broker }) => {
  const wanted = { topic: 'orders', offset: 1 };
  expect(broker).not.toHaveCommitted('billing', wanted);
  expect(() => expect(broker).toHaveCommitted('billing', wanted)).toThrow(
    'Group "billing" has not committed 1 of orders-0. There is no such group; groups: none.',
  );
  broker.createTopic({ name: 'orders' });
  await using client = await rawClient(broker.nodes[0]!.port);
  const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }];
  await client.call(messages.offsetCommit, 8, {
    groupId: 'billing',
    memberId: '',
    topics: [{ name: 'orders', partitions }],
  });
  expect(broker).toHaveCommitted('billing', wanted);
  expect(() => expect(broker).toHaveCommitted('billing', { ...wanted, offset: 2 })).toThrow(
    'Group "billing" has not committed 2 of orders-0. It has committed: orders-0 at 1.',
  );
});

test('fifty brokers take no port twice and leave nothing behind', async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
  const brokers = await Promise.all(
    Array.from({ length: 50 }, () => startMockBroker({ topics: [{ name: 'orders' }] })),
  );
  const clients = await Promise.all(brokers.map(({ nodes }) => rawClient(nodes[0]!.port)));
  await Promise.all(clients.map((client) => client.produce('orders', 'a')));
  expect(new Set(brokers.flatMap((broker) => broker.brokers)).size).toBe(50);
  await Promise.all(brokers.map((broker) => broker.close()));
  await Promise.all(clients.map((client) => client.ended));
  const after = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
  expect(after).toBeLessThanOrEqual(before);
});
