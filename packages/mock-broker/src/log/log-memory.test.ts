import { messages, RecordBatch } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { LogMemory } from './log-memory.ts';
import { PartitionLog } from './partition-log.ts';

const batch = () => batchOf({ values: ['value'] });
const size = batch().byteLength;

function write(log: PartitionLog): void {
  log.append(new RecordBatch(batch()), { leaderEpoch: 0 });
}

const starts = (logs: readonly PartitionLog[]): number[] => logs.map(({ watermarks }) => Number(watermarks.logStart));

test('of several logs the batch goes that came first', () => {
  const memory = new LogMemory(4 * size);
  const logs = [new PartitionLog(1e6, memory), new PartitionLog(1e6, memory)] as const;
  const [one, other] = logs;
  for (const log of [other, one, one, other, other]) write(log);
  expect(starts(logs)).toEqual([0, 1]);
  write(other);
  expect(starts(logs)).toEqual([1, 1]);
  expect(memory.sizeInBytes).toBe(4 * size);
});

test('the newest batch of a log stays, however old it is', () => {
  const memory = new LogMemory(2 * size);
  const logs = [0, 1, 2].map(() => new PartitionLog(1e6, memory));
  for (const log of logs) write(log);
  write(logs[2]!);
  expect(starts(logs)).toEqual([0, 0, 1]);
  expect(memory.sizeInBytes).toBe(3 * size);
});

test('what a log loses in another way, and what goes with its topic, counts no longer', () => {
  const memory = new LogMemory(4 * size);
  const logs = [new PartitionLog(1e6, memory), new PartitionLog(1e6, memory)] as const;
  const [one, other] = logs;
  for (const log of [one, one, other, other]) write(log);
  one.deleteBefore(2n);
  other.rewrite((stored) => (stored.baseOffset === 0n ? undefined : stored));
  expect(memory.sizeInBytes).toBe(size);
  memory.release(other);
  memory.release(other);
  expect(memory.sizeInBytes).toBe(0);
});

test('the bound holds whatever is written where, but for the newest batches', () => {
  const step = fc.record({ log: fc.nat(3), values: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), fc.array(step, { maxLength: 40 }), (maxBytes, steps) => {
      const memory = new LogMemory(maxBytes);
      const logs = Array.from({ length: 4 }, () => new PartitionLog(1e6, memory));
      for (const { log, values } of steps) {
        const bytes = batchOf({ values: Array.from({ length: values }, () => 'value') });
        logs[log]!.append(new RecordBatch(bytes), { leaderEpoch: 0 });
        expect(memory.sizeInBytes).toBe(logs.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0));
        const isBounded = memory.sizeInBytes <= maxBytes;
        expect(isBounded || logs.every((one) => one.batches().length <= 1)).toBe(true);
      }
    }),
  );
});

test('a cluster keeps no more than it may, and a deleted topic makes room', async () => {
  const topics = ['old', 'new'].map((name) => ({ name, partitions: 2 }));
  const { cluster, call } = clusterUnderTest({ topics, totalLogBytes: 6 * size });
  const produce = (name: string, index: number) =>
    call(
      messages.produce,
      { version: 9 },
      {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name, partitionData: [{ index, records: batch() }] }],
      },
    );
  const startsOf = (name: string) => starts(cluster.catalog.byName(name)!.partitions.map(({ log }) => log));
  for (let round = 0; round < 3; round += 1) for (const index of [0, 1]) await produce('old', index);
  await produce('new', 0);
  await produce('new', 0);
  expect(startsOf('old')).toEqual([1, 1]);
  cluster.catalog.delete(cluster.catalog.byName('old')!);
  for (let round = 0; round < 4; round += 1) await produce('new', 0);
  expect(startsOf('new')).toEqual([0, 0]);
  await produce('new', 0);
  expect(startsOf('new')).toEqual([1, 0]);
});
