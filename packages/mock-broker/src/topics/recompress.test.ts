import { type Compression, errorCodes, RecordBatch } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { codecs } from '../log/codecs.ts';
import { batchOf, produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { readTopic } from './read-records.ts';

const all: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const values = ['placed placed placed placed', 'paid paid paid paid'];

function withTopic(configs: Record<string, string>, brokerConfigs: Record<string, string> = {}): ClusterUnderTest {
  return clusterUnderTest({ topics: [{ name: 't', configs }], configs: brokerConfigs });
}

function stored(under: ClusterUnderTest): RecordBatch {
  return new RecordBatch(under.cluster.catalog.byName('t')!.partition(0)!.log.first()!.bytes);
}

const valuesOf = (under: ClusterUnderTest) =>
  readTopic(under.cluster.catalog.byName('t')!).map(({ value }) => String(value));

test.each(all.flatMap((sent) => all.map((wanted) => ({ sent, wanted }))))(
  '$sent sent to a topic of $wanted is stored as that',
  async ({ sent, wanted }) => {
    const under = withTopic({ 'compression.type': wanted === 'none' ? 'uncompressed' : wanted });
    const wish = { values, producerId: 7n, producerEpoch: 1, baseSequence: 0, compression: sent };
    expect(await produce(under, 't', wish)).toMatchObject({ errorCode: 0, baseOffset: 0n });
    const batch = stored(under);
    expect(batch).toMatchObject({ compression: wanted, producerId: 7n, baseSequence: 0, recordCount: 2 });
    expect(batch.checksumMatches()).toBe(true);
    expect(valuesOf(under)).toEqual(values);
  },
);

test('a batch in the wanted compression stays byte for byte', async () => {
  const under = withTopic({ 'compression.type': 'lz4' });
  await produce(under, 't', { values, compression: 'lz4' });
  const sent = batchOf({ values, compression: 'lz4' });
  expect(Buffer.compare(stored(under).bytes.subarray(16), sent.subarray(16))).toBe(0);
});

test('without a config of its own a topic follows the broker, whose config may change', async () => {
  const under = withTopic({}, { 'compression.type': 'gzip' });
  await produce(under, 't', { values });
  expect(stored(under).compression).toBe('gzip');
  under.cluster.brokerConfigs.set('compression.type', 'snappy');
  await produce(under, 't', { values });
  const [, second] = under.cluster.catalog.byName('t')!.partition(0)!.log.batches();
  expect(new RecordBatch(second!.bytes).compression).toBe('snappy');
});

test('gzip tries as hard as compression.gzip.level says', async () => {
  const long = [Array.from({ length: 4000 }, (_, at) => (at * at) % 97).join(' ')];
  const sizes = await Promise.all(
    ['1', '9'].map(async (level) => {
      const under = withTopic({ 'compression.type': 'gzip', 'compression.gzip.level': level });
      await produce(under, 't', { values: long });
      return stored(under).sizeInBytes;
    }),
  );
  expect(sizes[0]).toBeGreaterThan(sizes[1]!);
});

test('what cannot be read cannot be compressed anew; what stays as it is need not be read', async () => {
  const spoiled = { ...codecs.snappy!, compress: () => Uint8Array.of(9, 9, 9) };
  const damaged = { values, compression: 'snappy', codecs: { snappy: spoiled } } as const;
  const under = withTopic({ 'compression.type': 'zstd' });
  expect((await produce(under, 't', damaged)).errorCode).toBe(errorCodes.UNKNOWN_SERVER_ERROR);
  expect((await produce(withTopic({}), 't', damaged)).errorCode).toBe(errorCodes.NONE);
});

test('a batch that is too large only uncompressed is too large for an uncompressed topic', async () => {
  const under = withTopic({ 'compression.type': 'uncompressed', 'max.message.bytes': '500' });
  const answer = await produce(under, 't', { values: ['x'.repeat(1000)], compression: 'lz4' });
  expect(answer.errorCode).toBe(errorCodes.MESSAGE_TOO_LARGE);
});
