import { existsSync } from 'node:fs';
import { startRealKafka } from '@eventstream/tooling';
import { kafkajs } from '@eventstream/transport-kafkajs';
import { type Server, serveIn } from '../harness/processes.ts';
import { topic } from './contract.ts';

/** A mock broker in a process of its own, with the topic in it; `logBytes` bounds what a partition keeps. */
export function mockBroker(partitions: number, logBytes?: number): Promise<Server<{ brokers: string }>> {
  return serveIn('mock-broker', { topic, partitions, logBytes });
}

const memoryFolder = '/dev/shm';

/** A real Kafka in a process of its own, compiled fully, with the topic in it. */
export async function realKafka(
  partitions: number,
): Promise<AsyncDisposable & { readonly brokers: string; readonly pid: number }> {
  const kafka = await startRealKafka({
    heap: '512m',
    cpuTier: 'full',
    // A log in memory where the machine offers that: what a disk does is no part of any question here.
    ...(existsSync(memoryFolder) ? { folder: memoryFolder } : {}),
  });
  const admin = kafkajs({ brokers: kafka.bootstrapServers });
  await admin.connect();
  await admin.createTopics([{ topic, partitions }]);
  await admin.close();
  const pid = kafka.nodes[0]?.pid ?? 0;
  return { brokers: kafka.bootstrapServers, pid, [Symbol.asyncDispose]: () => kafka.stop() };
}
