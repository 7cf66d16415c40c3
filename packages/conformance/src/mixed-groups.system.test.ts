// needs: java, confluent-kafka
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { kafka } from '@eventstream/transport-kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confluentMember, type GroupMember, javaMember, ownMember, type Sharing } from './foreign/group-member.ts';
import { type JavaPrograms, javaPrograms } from './java/program.ts';

const partitions = 6;
let programs: JavaPrograms;
beforeAll(async () => {
  programs = await javaPrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());

/** Waits until the members share all partitions evenly, none of them twice. */
async function shared(members: readonly GroupMember[]): Promise<void> {
  const state = () => members.map((member) => `${member.name} ${member.owned().join()}`).join(' | ');
  const even = () => members.every((member) => member.owned().length === partitions / members.length);
  await expect.poll(() => (even() ? 'even' : state()), { timeout: 40_000, message: 'who has what' }).toBe('even');
  const all = members.flatMap((member) => member.owned()).sort();
  expect(all).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
}

/** Writes to every partition and waits until it was read, each record by one member and once. */
async function readOnce(broker: MockBroker, members: readonly GroupMember[], round: string): Promise<void> {
  const transport = kafka({ brokers: broker.bootstrapServers });
  await transport.connect();
  const writer = await transport.topic('records');
  const values = Array.from({ length: 60 }, (_, index) => `${round} ${index}`);
  await Promise.all(values.map((value, index) => writer.append(index % partitions, null, value, [], Date.now())));
  await transport.close();
  const read = () => members.flatMap((member) => member.read()).filter((value) => value.startsWith(`${round} `));
  await expect.poll(() => read().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(values.length);
  expect(read().sort(), 'each record once').toEqual([...values].sort());
}

test.each(['range', 'roundrobin', 'cooperative-sticky', 'consumer'] as const)(
  'our members share a group with Java and librdkafka by %s, whoever leads, while they come and go',
  { timeout: 180_000 },
  async (by) => {
    const configs = { 'group.consumer.heartbeat.interval.ms': '500' };
    await using broker = await startMockBroker({ topics: [{ name: 'records', partitions }], configs });
    const sharing: Sharing = { bootstrapServers: broker.bootstrapServers, topic: 'records', group: 'mixed', by };
    const ours = await ownMember(sharing);
    const java = await javaMember(programs, sharing);
    const python = await confluentMember(sharing);
    await shared([ours, java, python]);
    await readOnce(broker, [ours, java, python], 'all three');
    await ours.leave();
    await shared([java, python]);
    await readOnce(broker, [java, python], 'the others');
    const again = await ownMember(sharing);
    await shared([again, java, python]);
    await readOnce(broker, [again, java, python], 'three again');
    await java.leave();
    await shared([again, python]);
    await readOnce(broker, [again, python], 'without Java');
    await python.leave();
    await shared([again]);
    expect(broker.group('mixed')?.members).toHaveLength(1);
    await again.leave();
  },
);
