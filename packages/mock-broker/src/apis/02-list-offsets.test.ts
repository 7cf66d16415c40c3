import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { batchOf, produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [{ name: 't' }];

async function find(under: ClusterUnderTest, timestamp: bigint, { version = 9, node = 1, isolationLevel = 0 } = {}) {
  const partitions = [{ partitionIndex: 0, timestamp }];
  const request = {
    replicaId: -1,
    ...(version >= 2 ? { isolationLevel } : {}),
    topics: [{ name: 't', partitions }],
  };
  return (await under.call(messages.listOffsets, { version, node }, request)).topics[0]!.partitions[0]!;
}

async function filled(): Promise<ClusterUnderTest> {
  const under = clusterUnderTest({ topics, nodes: 2 });
  await produce(under, 't', { values: ['a', 'b', 'c'], timestamps: [100n, 300n, 200n] });
  await produce(under, 't', { values: ['d', 'e'], timestamps: [250n, 400n] });
  return under;
}

test('finds both ends', async () => {
  const under = await filled();
  under.cluster.catalog.byName('t')?.partition(0)?.log.deleteBefore(1n);
  expect(await find(under, -1n)).toMatchObject({ offset: 5n, timestamp: -1n, leaderEpoch: 0 });
  expect(await find(under, -2n)).toMatchObject({ offset: 1n, timestamp: -1n });
  expect(await find(under, -4n)).toMatchObject({ offset: 1n });
});

test.each([
  [0n, 0n, 100n],
  [100n, 0n, 100n],
  [101n, 1n, 300n],
  [301n, 4n, 400n],
])('finds the earliest record at or after %i', async (timestamp, offset, found) => {
  expect(await find(await filled(), timestamp)).toMatchObject({ offset, timestamp: found, errorCode: 0 });
});

test('finds nothing after the last record, and no tiered one', async () => {
  const under = await filled();
  expect(await find(under, 401n)).toMatchObject({ offset: -1n, timestamp: -1n, errorCode: 0 });
  expect(await find(under, -5n)).toMatchObject({ offset: -1n, errorCode: 0 });
});

test('finds the record of the largest timestamp', async () => {
  expect(await find(await filled(), -3n)).toMatchObject({ offset: 4n, timestamp: 400n });
  expect(await find(clusterUnderTest({ topics }), -3n)).toMatchObject({ offset: -1n });
});

test('a batch it cannot read is found by its first record', async () => {
  const under = clusterUnderTest({ topics });
  const bytes = new Uint8Array(batchOf({ values: ['a', 'b'], timestamps: [100n, 200n] }));
  const { RecordBatch } = await import('@eventstream/kafka-protocol');
  bytes[22] = 2; // snappy, which it is not
  const log = under.cluster.catalog.byName('t')!.partition(0)!.log;
  log.append(new RecordBatch(bytes), { leaderEpoch: 0 });
  expect(await find(under, 150n)).toMatchObject({ offset: 0n, timestamp: 200n });
});

test('only the leader answers; v1 has no epoch to answer', async () => {
  const under = await filled();
  expect((await find(under, -1n, { node: 2 })).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
  expect(await find(under, -1n, { version: 1 })).toMatchObject({ offset: 5n, errorCode: 0 });
});

test('special timestamps are refused in versions from before them', async () => {
  const under = clusterUnderTest({ topics });
  for (const [timestamp, version] of [
    [-3n, 6],
    [-4n, 7],
    [-5n, 8],
  ] as const) {
    expect((await find(under, timestamp, { version })).errorCode).toBe(errorCodes.UNSUPPORTED_VERSION);
    expect((await find(under, timestamp, { version: version + 1 })).errorCode).toBe(0);
  }
});

test('for those who read committed records the log ends where the first open transaction begins', async () => {
  const under = clusterUnderTest({ topics });
  await produce(under, 't', { values: ['a'], timestamps: [1000n] });
  const producer = await transactionalProducer(under);
  await producer.send('t', ['b'], { timestamps: [5000n] });
  const committed = { isolationLevel: 1 };
  expect(await find(under, -1n)).toMatchObject({ offset: 2n });
  expect(await find(under, -1n, committed)).toMatchObject({ offset: 1n });
  expect(await find(under, 5000n)).toMatchObject({ offset: 1n });
  expect(await find(under, 5000n, committed)).toMatchObject({ offset: -1n, errorCode: 0 });
  expect(await find(under, -3n, committed)).toMatchObject({ offset: -1n, errorCode: 0 });
  expect(await find(under, -2n, committed)).toMatchObject({ offset: 0n });
  await producer.commit();
  expect(await find(under, -1n, committed)).toMatchObject({ offset: 3n });
  expect(await find(under, 5000n, committed)).toMatchObject({ offset: 1n });
});

test.each([
  ['the end and the start', -1n, 2, [5n, 0n]],
  ['as many as asked for', -1n, 1, [5n]],
  ['the start', -2n, 2, [0n]],
  ['what was last changed by then', 400n, 2, [0n]],
  ['nothing that was changed later', 399n, 2, []],
])('version 0 tells %s', async (_, timestamp, maxNumOffsets, offsets) => {
  const under = clusterUnderTest({ topics, asVersion: '3.9' });
  await produce(under, 't', { values: ['a', 'b', 'c'], timestamps: [100n, 300n, 200n] });
  await produce(under, 't', { values: ['d', 'e'], timestamps: [250n, 400n] });
  const partitions = [
    { partitionIndex: 0, timestamp, maxNumOffsets },
    { partitionIndex: 9, timestamp, maxNumOffsets },
  ];
  const answer = await under.call(
    messages.listOffsets,
    { version: 0 },
    { replicaId: -1, topics: [{ name: 't', partitions }] },
  );
  expect(answer.topics[0]!.partitions).toMatchObject([
    { partitionIndex: 0, errorCode: 0, oldStyleOffsets: offsets },
    { partitionIndex: 9, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION, oldStyleOffsets: [] },
  ]);
});

test('a partition named twice is answered once, with an error; a time of no meaning is an unsupported version', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
  const partitions = [
    { partitionIndex: 0, timestamp: -1n },
    { partitionIndex: 0, timestamp: -2n },
    { partitionIndex: 1, timestamp: -7n },
  ];
  const answer = await under.call(
    messages.listOffsets,
    { version: 11 },
    { replicaId: -1, topics: [{ name: 't', partitions }] },
  );
  expect(answer.topics[0]!.partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])).toEqual([
    [0, errorCodes.INVALID_REQUEST],
    [1, errorCodes.UNSUPPORTED_VERSION],
  ]);
});
