import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from './broker.ts';
import { type KafkaRelease, kafkaReleases } from './cluster/releases.ts';

describe.each<KafkaRelease>(kafkaReleases)('kafkajs on a broker that acts as %s', (asVersion) => {
  test('commits a transaction and reads it in a group', async () => {
    await using broker = await startMockBroker({ asVersion, topics: [{ name: 'orders' }] });
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ transactionalId: 'billing', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'order-1' }] });
    await transaction.commit();
    await producer.disconnect();

    const consumer = kafka.consumer({ groupId: 'shipping' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    const read = new Promise<string>((resolve) => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
    });
    expect(await read).toBe('order-1');
    await consumer.disconnect();
  });
});
