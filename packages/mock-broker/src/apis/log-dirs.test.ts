import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { logDir } from '../log/log-dir.ts';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { alterReplicaLogDirs, describeLogDirs } = messages;

test('a node shows the replicas it has, and how large they are', async () => {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't', partitions: 2 }, { name: 'u' }] });
  await produce(under, 't', { values: ['v'] });
  under.cluster.catalog.byName('t')!.partition(1)!.assign([2]);
  const ask = async (topics: { topic: string; partitions: number[] }[] | null) => {
    const { results } = await under.call(describeLogDirs, { version: 4 }, { topics });
    expect(results).toHaveLength(1);
    return results[0]!.topics.map(({ name, partitions }) => [
      name,
      partitions.map(({ partitionIndex }) => partitionIndex),
    ]);
  };
  expect(await ask(null)).toEqual([
    ['t', [0]],
    ['u', [0]],
  ]);
  expect(
    await ask([
      { topic: 't', partitions: [0, 1, 9] },
      { topic: 'nope', partitions: [0] },
    ]),
  ).toEqual([['t', [0]]]);
  const { results } = await under.call(describeLogDirs, { version: 1 }, { topics: null });
  const { sizeInBytes } = under.cluster.catalog.byName('t')!.partition(0)!.log;
  expect(sizeInBytes).toBeGreaterThan(0);
  expect(results[0]!.topics[0]!.partitions[0]!.partitionSize).toBe(BigInt(sizeInBytes));
});

test('everything is where it can be moved to, other directories there are none', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const topics = [{ name: 't', partitions: [0, 9] }];
  const dirs = [logDir, '/elsewhere'].map((path) => ({ path, topics }));
  const { results } = await under.call(alterReplicaLogDirs, { version: 2 }, { dirs });
  expect(results.map(({ partitions }) => partitions.map(({ errorCode }) => errorCode))).toEqual([
    [0, errorCodes.REPLICA_NOT_AVAILABLE],
    [errorCodes.LOG_DIR_NOT_FOUND, errorCodes.LOG_DIR_NOT_FOUND],
  ]);
});
