import type { ChaosWorld } from '@eventstream/mock-broker';
import { expect } from 'vitest';
import type { KafkaTransport } from '../kafka-transport.ts';

export const partitions = 2;
export const perPartition = 40;
/** Three nodes and a topic; what befalls them is drawn anew for each seed. */
export const profile = {
  nodes: 3,
  topics: [{ name: 'orders', partitions }],
  coordinated: ['readers'],
  steps: 10,
  within: '20s',
} as const;

/** How many seeds; more by hand. */
export const seeds = Number(process.env['CHAOS_SEEDS'] ?? 300);

/** Appends in bursts over twenty seconds and gives the values that were acknowledged, by partition and in append order. */
export async function produce(
  transport: KafkaTransport,
  { sleep }: ChaosWorld,
  random: () => number,
): Promise<string[][]> {
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
export async function audit({ broker }: ChaosWorld, acked: readonly string[][]): Promise<void> {
  const stored = await broker.topic('orders').records();
  for (const [partition, values] of acked.entries()) {
    const found = stored.filter((record) => record.partition === partition).map(({ value }) => String(value));
    expect(values).toHaveLength(perPartition);
    expect(found, `partition ${partition}`).toEqual(values);
  }
}
