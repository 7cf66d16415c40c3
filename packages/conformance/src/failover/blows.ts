import { setTimeout as wait } from 'node:timers/promises';
import { clusterMetadata, type KafkaNode, type RealKafka } from '@eventstream/tooling';
import kafkaClient from 'kafkajs';

/** What a blow is aimed at. */
export type Aim = {
  readonly topic: string;
  readonly transactionalId: string;
  readonly group: string;
  readonly round: number;
};

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

async function leader(kafka: RealKafka, topic: string, choose: number): Promise<KafkaNode> {
  const { topics } = await asAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  const all = topics[0]?.partitions ?? [];
  return nodeOf(kafka, all.find(({ partitionId }) => partitionId === choose % all.length)?.leader);
}

function nodeOf(kafka: RealKafka, id: number | undefined): KafkaNode {
  const node = kafka.nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error(`No node ${id} to strike.`);
  return node;
}

/** Coordinators are the leaders of the partitions that names fall into by Java's hash of strings. */
function javaHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
  return Math.abs(hash);
}

async function bounce(node: KafkaNode, signal: NodeJS.Signals): Promise<void> {
  await node.kill(signal);
  await wait(2000);
  await node.restart();
}

async function stall({ pid }: KafkaNode): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await wait(5000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await wait(2000);
}

async function reassign(kafka: RealKafka, { topic, round }: Aim): Promise<void> {
  const order = [1, 2, 3].map((id) => ((id + round) % 3) + 1);
  await asAdmin(kafka, async (admin) => {
    const moveTo = (replicas: number[]) =>
      admin.alterPartitionReassignments({
        topics: [{ topic, partitionAssignment: [{ partition: round % 6, replicas }] }],
      });
    await moveTo(order.slice(0, 2));
    await wait(2000);
    await moveTo(order);
    await wait(2000);
  });
}

/** Every blow leaves the cluster whole again. */
export const blows: Readonly<Record<string, (kafka: RealKafka, aim: Aim) => Promise<void>>> = {
  'kill -9 of a leader': async (kafka, { topic, round }) => bounce(await leader(kafka, topic, round), 'SIGKILL'),
  'kill -9 of the controller': async (kafka) =>
    bounce(nodeOf(kafka, (await clusterMetadata(kafka.nodes[0]?.port as number, 5000)).controllerId), 'SIGKILL'),
  'kill -9 of the transaction coordinator': async (kafka, { transactionalId }) =>
    bounce(await leader(kafka, '__transaction_state', javaHash(transactionalId)), 'SIGKILL'),
  'kill -STOP of a leader for 5 s': async (kafka, { topic, round }) => stall(await leader(kafka, topic, round)),
  'kill -9 of the group coordinator': async (kafka, { group }) =>
    bounce(await leader(kafka, '__consumer_offsets', javaHash(group)), 'SIGKILL'),
  'a clean restart of a leader': async (kafka, { topic, round }) =>
    bounce(await leader(kafka, topic, round), 'SIGTERM'),
  'a reassignment': reassign,
};
