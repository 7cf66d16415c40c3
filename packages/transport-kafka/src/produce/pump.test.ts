import { expect, test } from 'vitest';
import type { Cluster } from '../cluster/cluster.ts';
import { PartitionQueue } from './partition-queue.ts';
import { Pump } from './pump.ts';

/** A queue with a batch that is due, whose partition has no leader. */
function unled(): PartitionQueue {
  const queue = new PartitionQueue('orders', 0);
  queue.batches.push({ state: 'waiting', due: true, sealed: false } as never);
  return queue;
}

test('a partition without a leader is looked for once at a time, however often it is offered', async () => {
  const looks: (() => void)[] = [];
  const cluster = {
    leaderOf: () => undefined,
    refresh: () => new Promise<void>((resolve) => void looks.push(resolve)),
  };
  const pump = new Pump(cluster as unknown as Cluster, {
    idempotent: true,
    onBoarding: () => expect.unreachable('nobody leads it'),
    onUnreachable: () => expect.unreachable('nobody leads it'),
  });
  pump.offer(unled());
  for (let run = 0; run < 5; run += 1) pump.run();
  expect(looks).toHaveLength(1);
  looks[0]?.();
  await Promise.resolve();
  expect(looks).toHaveLength(2);
});
