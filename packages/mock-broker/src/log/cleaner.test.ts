import { messages, RecordBatch } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchWish, produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import { readTopic } from '../topics/read-records.ts';
import { LogCleaner } from './cleaner.ts';

const HOUR = 3_600_000;

/** A topic `t` of one partition with these configs, and a cleaner on the test's clock. */
function setUp(configs: Record<string, string>) {
  const under = clusterUnderTest({ topics: [{ name: 't', configs }] });
  const { cluster, clock } = under;
  const cleaner = new LogCleaner({ catalog: cluster.catalog, clock, retentionCheckMs: HOUR, compactionCheckMs: 1000 });
  const send = (wish: Omit<BatchWish, 'timestamps'>) =>
    produce(under, 't', { ...wish, timestamps: wish.values.map(() => BigInt(clock.now())) });
  const { log } = cluster.catalog.byName('t')!.partition(0)!;
  return { under, clock, cleaner, send, log };
}

function contents({ cluster }: ClusterUnderTest): string[] {
  return readTopic(cluster.catalog.byName('t')!).map(({ offset, key, value }) => `${offset} ${key}=${value}`);
}

function alter(under: ClusterUnderTest, name: string, value: string) {
  const configs = [{ name, configOperation: 0, value }];
  const resources = [{ resourceType: 2, resourceName: 't', configs }];
  return under.call(messages.incrementalAlterConfigs, { version: 1 }, { resources, validateOnly: false });
}

describe('retention', () => {
  test('by time, at the next check', async () => {
    const { clock, cleaner, send, log } = setUp({ 'retention.ms': String(2 * HOUR) });
    cleaner.start();
    await send({ values: ['a'] });
    clock.advance(HOUR + 1);
    await send({ values: ['b'] });
    expect(log.watermarks.logStart).toBe(0n);
    clock.advance(2 * HOUR - 1);
    expect(log.watermarks.logStart).toBe(1n);
    clock.advance(HOUR);
    expect(log.watermarks).toMatchObject({ logStart: 2n, end: 2n });
    cleaner.stop();
    expect(clock.pending()).toBe(0);
  });

  test('only what lies in front of something younger or is itself too old goes', async () => {
    const { under, clock, cleaner, log } = setUp({ 'retention.ms': '1000' });
    await produce(under, 't', { values: ['young'], timestamps: [BigInt(clock.now())] });
    await produce(under, 't', { values: ['old'], timestamps: [5n] });
    cleaner.retain();
    expect(log.watermarks.logStart).toBe(0n);
  });

  test('by size, never below what may stay', async () => {
    const { under, cleaner, send, log } = setUp({ 'retention.bytes': '250', 'retention.ms': '-1' });
    for (const value of ['a', 'b', 'c', 'd', 'e']) await send({ values: [value] });
    const size = log.sizeInBytes / 5;
    cleaner.retain();
    expect(log.sizeInBytes).toBeGreaterThanOrEqual(250);
    expect(log.sizeInBytes).toBeLessThan(250 + size);
    await alter(under, 'retention.bytes', '0');
    cleaner.retain();
    expect(log.sizeInBytes).toBe(0);
  });

  test('what is altered counts from the next check on; compacted topics are not cut', async () => {
    const { under, clock, cleaner, send, log } = setUp({ 'retention.ms': '-1' });
    await send({ values: ['a'] });
    clock.advance(1000 * HOUR);
    cleaner.retain();
    await alter(under, 'retention.ms', String(HOUR));
    await alter(under, 'cleanup.policy', 'compact');
    cleaner.retain();
    expect(log.watermarks.logStart).toBe(0n);
    await alter(under, 'cleanup.policy', 'compact,delete');
    cleaner.retain();
    expect(log.watermarks.logStart).toBe(1n);
  });
});

describe('compaction', () => {
  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'keeps the last record of every key where it lay, in %s; the newest batch is left alone',
    async (compression) => {
      const { under, cleaner, send, log } = setUp({ 'cleanup.policy': 'compact' });
      await send({ keys: ['a', 'b', 'c'], values: ['1', '1', '1'] });
      await send({ keys: ['a', 'a'], values: ['2', '3'], compression });
      await send({ keys: ['b'], values: ['2'] });
      cleaner.compact();
      expect(contents(under)).toEqual(['1 b=1', '2 c=1', '4 a=3', '5 b=2']);
      await send({ keys: ['z'], values: ['1'] });
      cleaner.compact();
      expect(contents(under)).toEqual(['2 c=1', '4 a=3', '5 b=2', '6 z=1']);
      expect(log.watermarks).toMatchObject({ logStart: 0n, end: 7n });
      const batches = log.batches().map(({ bytes }) => new RecordBatch(bytes));
      expect(batches.every((batch) => batch.checksumMatches())).toBe(true);
      expect(batches.map(({ baseOffset, lastOffset, compression }) => [baseOffset, lastOffset, compression])).toEqual([
        [0n, 2n, 'none'],
        [3n, 4n, compression],
        [5n, 5n, 'none'],
        [6n, 6n, 'none'],
      ]);
      expect(log.sizeInBytes).toBe(batches.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0));
    },
  );

  test('a reader of every key ends with the same values', async () => {
    const record = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      value: fc.option(fc.constantFrom('1', '2', '3')),
    });
    const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(11), async (plan, cleanAfter) => {
        const { under, cleaner, send } = setUp({ 'cleanup.policy': 'compact' });
        const expected = new Map<string, string | null>();
        for (const [at, records] of plan.entries()) {
          await send({ keys: records.map(({ key }) => key), values: records.map(({ value }) => value) });
          for (const { key, value } of records) expected.set(key, value);
          if (at === cleanAfter) cleaner.compact();
        }
        cleaner.compact();
        const found = new Map<string, string | null>();
        for (const { key, value } of readTopic(under.cluster.catalog.byName('t')!)) {
          found.set(String(key), value && String(value));
        }
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  test('a tombstone goes delete.retention.ms after it was first met', async () => {
    const { under, clock, cleaner, send } = setUp({ 'cleanup.policy': 'compact', 'delete.retention.ms': '1000' });
    await send({ keys: ['a', 'b'], values: ['1', '1'] });
    await send({ keys: ['a'], values: [null] });
    await send({ keys: ['z'], values: ['1'] });
    cleaner.compact();
    clock.advance(999);
    cleaner.compact();
    expect(contents(under)).toEqual(['1 b=1', '2 a=null', '3 z=1']);
    clock.advance(1);
    cleaner.compact();
    expect(contents(under)).toEqual(['1 b=1', '3 z=1']);
  });

  test('what a transaction aborted goes, what is open stays, and markers go in the end', async () => {
    const { under, clock, cleaner, send, log } = setUp({ 'cleanup.policy': 'compact', 'delete.retention.ms': '1000' });
    const producer = await transactionalProducer(under);
    await send({ keys: ['a'], values: ['1'] });
    await producer.send('t', ['never'], { keys: ['a'] });
    await producer.abort();
    await producer.send('t', ['2'], { keys: ['a'] });
    await send({ keys: ['z'], values: ['1'] });
    cleaner.compact();
    expect(contents(under)).toEqual(['0 a=1', '3 a=2', '4 z=1']);
    await producer.commit();
    clock.advance(1000);
    await send({ keys: ['z'], values: ['2'] });
    cleaner.compact();
    expect(contents(under)).toEqual(['3 a=2', '4 z=1', '6 z=2']);
    expect(log.batches().map(({ baseOffset }) => baseOffset)).toEqual([3n, 4n, 5n, 6n]);
    expect(log.transactions.aborted.between(0n, 9n)).toEqual([]);
  });

  test('records younger than min.compaction.lag.ms, and all behind them, are left alone', async () => {
    const { under, clock, cleaner, send } = setUp({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '1001' });
    for (const value of ['1', '2', '3']) {
      await send({ keys: ['a'], values: [value] });
      clock.advance(500);
    }
    cleaner.compact();
    expect(contents(under)).toEqual(['0 a=1', '1 a=2', '2 a=3']);
    clock.advance(500);
    cleaner.compact();
    expect(contents(under)).toEqual(['1 a=2', '2 a=3']);
  });

  test('the clock compacts once enough is dirty, or dirty for too long', async () => {
    const { under, clock, cleaner, send } = setUp({ 'cleanup.policy': 'compact', 'max.compaction.lag.ms': '60000' });
    cleaner.start();
    for (const key of ['a', 'b', 'c', 'd', 'z']) await send({ keys: [key], values: ['1'] });
    clock.advance(1000);
    await send({ keys: ['a'], values: ['2'] });
    await send({ keys: ['z'], values: ['2'] });
    clock.advance(1000);
    expect(contents(under)[0]).toBe('0 a=1');
    clock.advance(60_000);
    expect(contents(under)[0]).toBe('1 b=1');
  });

  test('keys are needed, from the moment on in which the topic is compacted', async () => {
    const { under, cleaner, send } = setUp({});
    await send({ values: ['keyless'] });
    await alter(under, 'cleanup.policy', 'compact');
    const refused = await send({ keys: ['a'], values: ['1', 'keyless'] });
    expect([refused.errorCode, refused.recordErrors.map(({ batchIndex }) => batchIndex)]).toEqual([87, [1]]);
    expect((await send({ values: ['keyless'], compression: 'gzip' })).errorCode).toBe(87);
    await send({ keys: ['a'], values: ['1'] });
    cleaner.compact();
    expect(contents(under)).toEqual(['1 a=1']);
  });

  test('a batch that cannot be read stays as it is', async () => {
    const { cleaner, send, log } = setUp({ 'cleanup.policy': 'compact' });
    await send({ keys: ['a'], values: ['1'] });
    const { bytes } = log.batches()[0]!;
    bytes[22] = 4;
    await send({ keys: ['a'], values: ['2'] });
    await send({ keys: ['z'], values: ['1'] });
    cleaner.compact();
    expect(log.batches().map(({ baseOffset }) => baseOffset)).toEqual([0n, 1n, 2n]);
    expect(log.batches()[0]?.bytes).toBe(bytes);
  });
});

test('search by time works on where records are, not on where they were', async () => {
  const { under, cleaner, log } = setUp({ 'cleanup.policy': 'compact' });
  const put = (key: string, time: bigint) => produce(under, 't', { keys: [key], values: ['1'], timestamps: [time] });
  for (const [key, time] of [
    ['a', 900n],
    ['b', 100n],
    ['a', 200n],
    ['c', 300n],
  ] as const)
    await put(key, time);
  cleaner.compact();
  expect(log.firstBatchSince(150n)?.baseOffset).toBe(2n);
  expect(log.firstBatchSince(301n)).toBeUndefined();
  expect(log.batchOfMaxTimestamp()?.baseOffset).toBe(3n);
});
