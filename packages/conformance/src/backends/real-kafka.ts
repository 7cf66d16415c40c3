import { readFile } from 'node:fs/promises';
import { startRealKafka } from '@eventstream/tooling';
import kafkaClient from 'kafkajs';
import type { Backend } from '../support/backend.ts';
import { type DriverName, drivers } from './drivers.ts';

async function leaderOf(bootstrapServers: string, topic: string, partition: number): Promise<number> {
  const admin = new kafkaClient.Kafka({ brokers: bootstrapServers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  if (leader === undefined) throw new Error(`Partition ${topic}/${partition} has no leader to kill.`);
  return leader;
}

/** Stops a process where it stands. The signal takes effect a moment later, thread by thread: `T` says that all have stopped. */
async function suspend(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  for (let state = ''; state !== 'T'; ) {
    [, state = ''] = /^State:\s+(\w)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  }
}

/** A driver on a real Apache Kafka. */
export function realKafka(driver: DriverName, version: '4.3.1' | '3.9.2', nodes: 1 | 3): Backend {
  return {
    name: `${driver} on Apache Kafka ${version}, ${nodes} node${nodes === 1 ? '' : 's'}`,
    driver,
    abilities: { processes: true, failover: nodes === 3 },
    patienceMs: 30_000,
    async start() {
      const kafka = await startRealKafka({ version, nodes });
      return {
        bootstrapServers: kafka.bootstrapServers,
        transport: (variation = {}) => drivers[driver]({ brokers: kafka.bootstrapServers, ...variation }),
        async silence() {
          await Promise.all(kafka.nodes.map(({ pid }) => suspend(pid)));
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
