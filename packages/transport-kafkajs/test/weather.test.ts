import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { connected } from './connected.ts';
import { seeded, weatherSeeds } from './seeded.ts';

const refusals = ['NOT_LEADER_OR_FOLLOWER', 'NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT', 'KAFKA_STORAGE_ERROR'] as const;
const afterwards = ['disconnect', 'disconnect', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REQUEST_TIMED_OUT'] as const;

/** Places one piece of trouble. */
function trouble(broker: MockBroker, pick: (below: number) => number): void {
  const node = 1 + pick(3);
  const produce = broker.faults.on('Produce').node(node);
  switch (pick(5)) {
    case 0:
      produce.fail(refusals[pick(refusals.length)] ?? 'NOT_LEADER_OR_FOLLOWER').times(1 + pick(2));
      return;
    case 1:
      produce.applyThen(afterwards[pick(afterwards.length)] ?? 'disconnect').times(1 + pick(2));
      return;
    case 2:
      produce.disconnect();
      return;
    case 3:
      broker.faults.on('Metadata').node(node).disconnect();
      return;
    default:
      broker.moveLeader('t', pick(6), node);
  }
}

test.each(weatherSeeds([1, 2, 3, 4, 5, 6]))(
  'in any weather each record is stored once and in order (seed %i)',
  async (seed) => {
    const pick = seeded(seed);
    await using broker = await startMockBroker({ nodes: 3, seed, topics: [{ name: 't', partitions: 6 }] });
    await using transport = await connected({ brokers: broker.brokers });
    const writer = await transport.topic('t');
    const receipts: Promise<unknown>[] = [];
    const sent = Array.from({ length: 6 }, (): string[] => []);
    for (let round = 0; round < 40; round += 1) {
      if (pick(2) === 0) trouble(broker, pick);
      for (let count = pick(40); count >= 0; count -= 1) {
        const partition = pick(6);
        const value = `${round}:${count}`;
        sent[partition]?.push(value);
        receipts.push(writer.append(partition, null, value, [], 1));
      }
      if (pick(3) === 0) await receipts.at(-1);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(receipts);
    const records = await broker.topic('t').records();
    for (const [partition, values] of sent.entries()) {
      expect(records.filter((record) => record.partition === partition).map(({ value }) => String(value))).toEqual(
        values,
      );
    }
  },
);
