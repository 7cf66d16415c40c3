import { startRealKafka } from '@eventstream/tooling';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { type Server, serveIn } from '../harness/processes.ts';
import { topic } from './contract.ts';

/** A mock broker in a process of its own, with the topic in it. */
export function mockBroker(partitions: number): Promise<Server<{ brokers: string }>> {
  return serveIn('mock-broker', { topic, partitions });
}

/** A real Kafka in a process of its own, compiled fully, with the topic in it. */
export async function realKafka(partitions: number): Promise<AsyncDisposable & { readonly brokers: string }> {
  const kafka = await startRealKafka({ heap: '512m', cpuTier: 'full' });
  const admin = kafkajs({ brokers: kafka.bootstrapServers });
  await admin.connect();
  await admin.createTopics([{ topic, partitions }]);
  await admin.close();
  return { brokers: kafka.bootstrapServers, [Symbol.asyncDispose]: () => kafka.stop() };
}
