import { report, settings } from '../harness/child-side.ts';
import type { NodeClient } from '../support/client-peers.ts';

const { client, brokers } = settings<{ client: NodeClient; brokers: string }>();

const rss = () => process.memoryUsage().rss / 1e6;
/** Memory that is only waiting to be collected is nobody's. */
const settle = async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

async function ours(): Promise<() => Promise<unknown>> {
  const { kafka } = await import('@eventstream/transport-kafka');
  return () => kafka({ brokers }).connect();
}

async function bareKafkajs(): Promise<() => Promise<unknown>> {
  const { default: kafkajs } = await import('kafkajs');
  return () => new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: 0 }).producer().connect();
}

async function platformatic(): Promise<() => Promise<unknown>> {
  const { Producer } = await import('@platformatic/kafka');
  return () => new Producer({ clientId: 'peer', bootstrapBrokers: brokers.split(',') }).metadata({ topics: [] });
}

await settle();
const before = rss();
const began = performance.now();
const connect = await { ours, kafkajs: bareKafkajs, platformatic }[client]();
const importMs = performance.now() - began;
await connect();
await settle();
report({ importMs, idleMB: rss() - before });
process.exit(0);
