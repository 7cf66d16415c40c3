// needs: java, kcat, confluent-kafka, kafka-python, aiokafka, go, node-24
import { startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { clients } from './foreign/clients.ts';

test.each(clients)(
  '$name does nothing the witness objects to, although it is lied to once',
  { timeout: 60_000 },
  async (client) => {
    const topics = [{ name: 'orders', partitions: 3 }];
    await using broker = await startMockBroker({ nodes: 3, witness: true, topics });
    broker.faults.on('Produce').applyThen('NOT_ENOUGH_REPLICAS_AFTER_APPEND');
    await client.produce(broker.bootstrapServers, 'orders', 30);
    await client.consume(broker.bootstrapServers, 'orders', { count: 30, group: 'g' });
    expect(broker.faults.unused()).toEqual([]);
    expect(broker.group('g')?.offsets.length).toBeGreaterThan(0);
    broker.witness.expectClean();
  },
);
