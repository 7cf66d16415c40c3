import { type ChaosRunOptions, runChaos } from '@eventstream/mock-broker';
import { test } from 'vitest';
import { kafka } from '../kafka-transport.ts';
import type { KafkaOptions } from '../options.ts';
import { audit, partitions, perPartition, produce, profile, seeds } from '../testing/chaos.ts';
import { inMemory, seeded } from '../testing/in-memory.ts';

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
