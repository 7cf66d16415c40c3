import path from 'node:path';
import { startProcess } from '@eventstream/tooling';
import type { KafkaOptions } from '@eventstream/transport-kafka';
import { kafka } from '@eventstream/transport-kafka';
import type { JavaPrograms } from '../java/program.ts';
import { joinGroup, text } from '../support/collect.ts';
import { programs } from './client.ts';

/** A member of a group, whoever it is written by. */
export interface GroupMember {
  readonly name: string;
  /** Partitions it has now. */
  owned(): readonly number[];
  /** Values it has read, in order. */
  read(): readonly string[];
  /** Whatever it wrote, for a failure. */
  output(): string;
  leave(): Promise<void>;
}

/** What to join, and how partitions are shared there. */
export interface Sharing {
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly group: string;
  readonly by: 'range' | 'roundrobin' | 'cooperative-sticky' | 'consumer';
}

const javaAssignors = {
  range: 'RangeAssignor',
  roundrobin: 'RoundRobinAssignor',
  'cooperative-sticky': 'CooperativeStickyAssignor',
  consumer: 'consumer',
};

/** A member of our own client that commits all it reads. */
export async function ownMember({ bootstrapServers, topic, group, by }: Sharing): Promise<GroupMember> {
  const how: KafkaOptions = by === 'consumer' ? { groupProtocol: by } : { groupProtocol: 'classic', assignors: [by] };
  const transport = kafka({ brokers: bootstrapServers, ...how });
  await transport.connect();
  const member = await joinGroup(transport, { group, topics: [topic], patienceMs: 30_000 });
  return {
    name: 'ours',
    owned: () => member.owned.map(({ partition }) => partition).sort(),
    read: () => member.records.map(({ value }) => text(value)),
    output: () => '',
    async leave() {
      const next = new Map(member.records.map(({ partition, offset }) => [partition, offset + 1]));
      const mine = member.owned.filter(({ partition }) => next.has(partition));
      await member.commit(mine.map((one) => ({ ...one, offset: next.get(one.partition) ?? 0 })));
      await transport.close();
    },
  };
}

/** A member of the Java client. */
export function javaMember({ java, jvmArguments }: JavaPrograms, sharing: Sharing): Promise<GroupMember> {
  const { bootstrapServers, topic, group, by } = sharing;
  const args = [...jvmArguments, 'GroupMember', bootstrapServers, topic, group, javaAssignors[by]];
  return foreignMember('java', java, args);
}

/** A member of librdkafka, in Python. */
export function confluentMember({ bootstrapServers, topic, group, by }: Sharing): Promise<GroupMember> {
  const script = path.join(programs, 'confluent_group_member.py');
  return foreignMember('librdkafka', 'python3', [script, bootstrapServers, topic, group, by]);
}

async function foreignMember(name: string, command: string, args: readonly string[]): Promise<GroupMember> {
  const child = await startProcess(command, args);
  const lines = (word: string) =>
    child
      .output()
      .split('\n')
      .filter((line) => line.startsWith(`${word} `) || line === word)
      .map((line) => line.slice(word.length + 1));
  return {
    name,
    owned: () => (lines('has').at(-1) ?? '').split(',').filter(Boolean).map(Number),
    read: () => lines('read'),
    output: () => child.output(),
    async leave() {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}
