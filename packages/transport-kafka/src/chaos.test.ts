import { type ChaosRunOptions, type ChaosWorld, runChaos } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { type KafkaTransport, kafka } from './kafka-transport.ts';
import type { KafkaOptions } from './options.ts';
import { inMemory, seeded } from './testing/in-memory.ts';

const partitions = 2;
const perPartition = 40;
const profile = {
  nodes: 3,
  topics: [{ name: 'orders', partitions }],
  coordinated: ['readers'],
  steps: 10,
  within: '20s',
} as const;

/** How many seeds; more by hand. */
const seeds = Number(process.env['CHAOS_SEEDS'] ?? 150);

/** Appends in bursts over twenty seconds and gives the values that were acknowledged, by partition and in append order. */
async function produce(transport: KafkaTransport, { sleep }: ChaosWorld, random: () => number): Promise<string[][]> {
  const writer = await transport.topic('orders');
  const acked: string[][] = Array.from({ length: partitions }, () => []);
  const receipts: Promise<void>[] = [];
  for (let index = 0; index < perPartition; index += 1) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const value = `${partition}-${index}`;
      receipts.push(
        writer.append(partition, null, value, [], 1).then(() => {
          acked[partition]?.push(value);
        }),
      );
    }
    await sleep(Math.floor(random() * 1000));
  }
  await Promise.all(receipts);
  return acked;
}

/** What is stored is what was acknowledged: all of it, once, in the order it was appended. */
async function audit({ broker }: ChaosWorld, acked: readonly string[][]): Promise<void> {
  const stored = await broker.topic('orders').records();
  for (const [partition, values] of acked.entries()) {
    const found = stored.filter((record) => record.partition === partition).map(({ value }) => String(value));
    expect(values).toHaveLength(perPartition);
    expect(found, `partition ${partition}`).toEqual(values);
  }
}

const produced: Omit<ChaosRunOptions, 'seeds'> = {
  profile: { ...profile, apis: ['Produce', 'Produce', 'Metadata', 'InitProducerId', 'ApiVersions'] },
  async scenario(world) {
    const { broker, clock } = world;
    const transport = kafka({ ...inMemory(broker, clock, 1), requestTimeout: '10s' });
    await transport.connect({ timeoutMs: 60_000 });
    await audit(world, await produce(transport, world, seeded(7)));
    expect((await transport.close()).unsent).toBe(0);
  },
};

test('whatever happens to the cluster, each record is stored once and in order', {
  timeout: 60_000 + seeds * 200,
}, async () => {
  const runs = await runChaos({ ...produced, seeds });
  // Chaos that nobody meets proves nothing.
  expect(runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: '))).length).toBeGreaterThan(seeds / 2);
});

const consumed = (options: KafkaOptions): Omit<ChaosRunOptions, 'seeds'> => ({
  profile,
  async scenario(world) {
    const { broker, clock, sleep } = world;
    const writing = kafka({ ...inMemory(broker, clock, 1), requestTimeout: '10s' });
    const reading = kafka({
      ...inMemory(broker, clock, 2),
      fetchMaxWait: '100ms',
      requestTimeout: '10s',
      rebalanceTimeout: '10s',
      ...options,
    });
    await Promise.all([writing.connect({ timeoutMs: 60_000 }), reading.connect({ timeoutMs: 60_000 })]);
    const next = new Map<number, number>();
    const seen = new Set<string>();
    let epoch = 0;
    const subscription = await reading.subscribe(
      {
        group: 'readers',
        topics: ['orders'],
        startFrom: 'earliest',
        onAssigned(_, now) {
          epoch = now;
          next.clear();
        },
        onRevoked: () => undefined,
        onRecords({ partition, records }) {
          for (const { offset } of records) {
            const due = next.get(partition);
            if (due !== undefined && offset !== due)
              throw new Error(`${partition}@${offset} came where ${due} was due`);
            next.set(partition, offset + 1);
            seen.add(`${partition}@${offset}`);
          }
          const offsets = [{ topic: 'orders', partition, offset: next.get(partition) ?? 0 }];
          subscription?.commit(offsets, epoch).catch(() => undefined);
        },
        onError(error) {
          if (!error.retriable) throw error;
        },
      },
      { timeoutMs: 120_000 },
    );
    await audit(world, await produce(writing, world, seeded(7)));
    for (let waited = 0; seen.size < partitions * perPartition; waited += 1) {
      if (waited > 600) throw new Error(`only these records came: ${[...seen].join(' ')}`);
      await sleep(100);
    }
    await Promise.all([reading.close(), writing.close()]);
  },
});

test.each([
  { groupProtocol: 'consumer' },
  { groupProtocol: 'classic' },
  { groupProtocol: 'classic', assignors: ['cooperative-sticky'] },
] as const)(
  'whatever happens to the cluster, a reader sees every record in order: %j',
  { timeout: 60_000 + seeds * 200 },
  async (options) => {
    const each = Math.ceil(seeds / 3);
    await runChaos({ ...consumed(options), seeds: Array.from({ length: each }, (_, index) => index + 1) });
  },
);
