import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { startMockBroker } from './index.ts';

test('kafkajs produces and consumes in a group', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics: [{ name: 'orders', partitions: 3 }] });
  const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: 'orders',
    messages: Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, value: `v${i}`, headers: { h: 'x' } })),
  });
  const consumer = kafka.consumer({ groupId: 'g' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const seen = new Set<string>();
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        seen.add(String(message.value));
        if (seen.size === 30) resolve();
      },
    });
  });
  expect(seen.size).toBe(30);
  expect(await broker.topic('orders').records()).toHaveLength(30);
  await consumer.disconnect();
  await producer.disconnect();
});
