import { startRealKafka } from '@eventstream/tooling';
import { kafkajs } from '@eventstream/transport-kafkajs';
import kafkaClient from 'kafkajs';
import type { Backend } from '../support/backend.ts';

async function leaderOf(bootstrapServers: string, topic: string, partition: number): Promise<number> {
  const admin = new kafkaClient.Kafka({ brokers: bootstrapServers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  if (leader === undefined) throw new Error(`Partition ${topic}/${partition} has no leader to kill.`);
  return leader;
}

/** kafkajs on a real Apache Kafka. */
export function realKafka(version: '4.3.1' | '3.9.2', nodes: 1 | 3): Backend {
  return {
    name: `kafkajs on Apache Kafka ${version}, ${nodes} node${nodes === 1 ? '' : 's'}`,
    abilities: { processes: true, failover: nodes === 3 },
    patienceMs: 30_000,
    async start() {
      const kafka = await startRealKafka({ version, nodes });
      return {
        bootstrapServers: kafka.bootstrapServers,
        transport: (variation = {}) => kafkajs({ brokers: kafka.bootstrapServers, ...variation }),
        async silence() {
          for (const { pid } of kafka.nodes) process.kill(pid, 'SIGSTOP');
          return async () => {
            for (const { pid } of kafka.nodes) process.kill(pid, 'SIGCONT');
          };
        },
        async killLeader(topic, partition) {
          const leader = await leaderOf(kafka.bootstrapServers, topic, partition);
          const node = kafka.nodes.find(({ id }) => id === leader);
          await node?.kill('SIGKILL');
          return { restart: async () => node?.restart() };
        },
        stop: () => kafka.stop(),
      };
    },
  };
}
