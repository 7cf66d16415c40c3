import { setTimeout as wait } from 'node:timers/promises';
import { clusterMetadata, type KafkaNode, type RealKafka } from '@eventstream/tooling';
import kafkaClient from 'kafkajs';

type Admin = ReturnType<kafkaClient.Kafka['admin']>;

async function asAdmin<Value>(kafka: RealKafka, work: (admin: Admin) => Promise<Value>): Promise<Value> {
  const admin = new kafkaClient.Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function leader(kafka: RealKafka, topic: string, round: number): Promise<KafkaNode> {
  const { topics } = await asAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  const all = topics[0]?.partitions ?? [];
  return nodeOf(kafka, all[round % all.length]?.leader);
}

function nodeOf(kafka: RealKafka, id: number | undefined): KafkaNode {
  const node = kafka.nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error(`No node ${id} to strike.`);
  return node;
}

async function bounce(node: KafkaNode, signal: NodeJS.Signals): Promise<void> {
  await node.kill(signal);
  await wait(2000);
  await node.restart();
}

/** Every blow leaves the cluster whole again. */
export const blows: Readonly<Record<string, (kafka: RealKafka, topic: string, round: number) => Promise<unknown>>> = {
  'kill -9 of a leader': async (kafka, topic, round) => bounce(await leader(kafka, topic, round), 'SIGKILL'),
  'kill -9 of the controller': async (kafka) =>
    bounce(nodeOf(kafka, (await clusterMetadata(kafka.nodes[0]?.port as number, 5000)).controllerId), 'SIGKILL'),
  'kill -9 of a coordinator': async (kafka, _, round) =>
    bounce(await leader(kafka, '__transaction_state', round), 'SIGKILL'),
  'a clean restart': async (kafka, topic, round) => bounce(await leader(kafka, topic, round), 'SIGTERM'),
  'kill -STOP for 5 s': async (kafka, topic, round) => {
    const { pid } = await leader(kafka, topic, round);
    process.kill(pid, 'SIGSTOP');
    await wait(5000);
    process.kill(pid, 'SIGCONT');
    await wait(2000);
  },
  'a reassignment': (kafka, topic, round) =>
    asAdmin(kafka, async (admin) => {
      const order = [1, 2, 3].map((id) => ((id + round) % 3) + 1);
      const moveTo = (replicas: number[]) =>
        admin.alterPartitionReassignments({
          topics: [{ topic, partitionAssignment: [{ partition: round % 6, replicas }] }],
        });
      await moveTo(order.slice(0, 2));
      await wait(2000);
      await moveTo(order);
      await wait(2000);
    }),
};
