import { startMockBroker } from '@eventstream/mock-broker';
import vendor from 'kafkajs';
import { expect, test } from 'vitest';
import { connected } from './connected.ts';
import { joinGroup, until } from './group-member.ts';

test('a deleted topic is missing, and deleting it again says so', async () => {
  await using broker = await startMockBroker({ autoCreateTopics: false, topics: [{ name: 'a' }, { name: 'b' }] });
  await using transport = await connected({ brokers: broker.brokers });
  await transport.topic('a');
  await transport.deleteTopics(['a', 'b']);
  expect(broker.topics).toEqual([]);
  await expect(transport.topic('a')).rejects.toMatchObject({ code: 'topic-missing', facts: { topic: 'a' } });
  await expect(transport.deleteTopics(['b'])).rejects.toMatchObject({ code: 'topic-missing', facts: { topic: 'b' } });
});

test('a topic deleted by somebody else does not poison the others', async () => {
  await using broker = await startMockBroker({
    nodes: 2,
    autoCreateTopics: false,
    topics: [{ name: 'a' }, { name: 'b' }],
  });
  await using transport = await connected({ brokers: broker.brokers });
  const a = await transport.topic('a');
  const b = await transport.topic('b');
  await Promise.all([a.append(0, null, 'v', [], 1), b.append(0, null, 'v', [], 1)]);
  expect((await transport.offsets('a')).length).toBe(1);
  await using other = await connected({ brokers: broker.brokers });
  await other.deleteTopics(['a']);

  // kafkajs looks its topics up again, all of them, and fails for the one that is gone.
  broker.moveLeader('b', 0, broker.topic('b').partitions[0]?.leader === 1 ? 2 : 1);
  await expect(b.append(0, null, 'w', [], 1)).resolves.toMatchObject({ offset: 1 });
  expect(await transport.offsets('b')).toMatchObject([{ next: 2 }]);
  expect(await transport.createTopics([{ topic: 'c' }])).toEqual(['c']);
});

test('a writer follows partitions that are added, and a member reads them', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 1 }] });
  await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
  const writer = await transport.topic('t');
  await expect(writer.append(1, null, 'v', [], 1)).rejects.toMatchObject({ code: 'partition-missing' });
  const admin = new vendor.Kafka({ brokers: broker.brokers, logLevel: vendor.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createPartitions({ topicPartitions: [{ topic: 't', count: 2 }] });
  await admin.disconnect();
  await transport.topic('t');
  expect(writer.partitions).toBe(2);
  await expect(writer.append(1, null, 'v', [], 1)).resolves.toMatchObject({ partition: 1, offset: 0 });
  const member = await joinGroup(transport);
  await until(() => expect(member.values(1)).toEqual(['v']));
});

test('records deleted under a group are told when it comes back', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 't', partitions: 1 }] });
  await using transport = await connected({ brokers: broker.brokers, fetchMaxWait: '20ms' });
  const writer = await transport.topic('t');
  for (const value of ['a', 'b', 'c', 'd']) await writer.append(0, null, value, [], 1);
  const before = await joinGroup(transport);
  await before.subscription.commit([{ topic: 't', partition: 0, offset: 1 }], 1);
  await before.subscription.close();
  const admin = new vendor.Kafka({ brokers: broker.brokers, logLevel: vendor.logLevel.NOTHING }).admin();
  await admin.connect();
  // kafkajs finds the leader only for a topic it has looked up before.
  await admin.fetchTopicOffsets('t');
  await admin.deleteTopicRecords({ topic: 't', partitions: [{ partition: 0, offset: '3' }] });
  await admin.disconnect();
  const member = await joinGroup(transport);
  await until(() => expect(member.all()).toEqual(['d']));
  expect(member.errors).toMatchObject([{ code: 'offset-out-of-range', retriable: true, facts: { offset: 1 } }]);
});

test('a topic that another node has just made is waited for', async () => {
  await using broker = await startMockBroker({ autoCreateTopics: false, topics: [{ name: 'a' }] });
  await using transport = await connected({ brokers: broker.brokers });
  const notYet = broker.faults.on('Metadata').topic('a').fail('UNKNOWN_TOPIC_OR_PARTITION').times(2);
  const writer = await transport.topic('a');
  expect(writer.partitions).toBe(1);
  expect(notYet.unused()).toBeUndefined();
});
