import { type KafkaRelease, kafkaReleases, startMockBroker } from '@eventstream/mock-broker';
import { describe, expect, test } from 'vitest';
import { kafka } from './kafka-transport.ts';
import { startReading } from './testing/reader.ts';

describe.each<KafkaRelease>(kafkaReleases)('a broker that acts as Kafka %s', (asVersion) => {
  test('is written to, read from, committed to and asked', async () => {
    await using broker = await startMockBroker({ asVersion, nodes: 2 });
    const transport = kafka({ brokers: broker.brokers });
    await transport.connect();
    expect(await transport.createTopics([{ topic: 'orders', partitions: 2 }])).toEqual(['orders']);
    const orders = await transport.topic('orders');
    for (const [index, value] of ['a', 'b', 'c'].entries()) await orders.append(index % 2, 'k', value, [['h', '1']], 7);

    const reader = await startReading(transport, ['orders'], 'readers');
    await reader.until(({ values }) => values.length === 3);
    expect([...reader.values].sort()).toEqual(['a', 'b', 'c']);
    const position = { topic: 'orders', partition: 0, offset: 2 };
    await reader.subscription.commit([position], reader.epoch);
    await reader.subscription.close();

    expect(await transport.committed('readers', 'orders')).toEqual([position]);
    expect(await transport.offsets('orders')).toEqual([
      { topic: 'orders', partition: 0, first: 0, next: 2 },
      { topic: 'orders', partition: 1, first: 0, next: 1 },
    ]);
    await transport.deleteTopics(['orders']);
    await transport.close();
  });

  test('makes transactions visible as a whole, with the offsets of a group', async () => {
    await using broker = await startMockBroker({ asVersion, topics: [{ name: 'orders' }, { name: 'bills' }] });
    const transport = kafka({ brokers: broker.brokers });
    await transport.connect();
    const reader = await startReading(transport, ['orders', 'bills']);
    const producer = await transport.transactional('billing');
    const bills = await producer.topic('bills');
    for (const [value, end] of [
      ['taken back', 'abort'],
      ['billed', 'commit'],
    ] as const) {
      producer.begin();
      await bills.append(0, null, value, [], 1);
      await producer.sendOffsets([{ topic: 'orders', partition: 0, offset: 0 }], reader.subscription, reader.epoch);
      await producer[end]();
    }
    await reader.until(({ values }) => values.length > 0);
    expect(reader.values).toEqual(['billed']);
    await transport.close();
  });
});
