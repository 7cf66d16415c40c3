import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { alterPartitionReassignments: api, listPartitionReassignments } = messages;

function three() {
  const under = clusterUnderTest({ nodes: 3, topics: [{ name: 't' }] });
  const partition = under.cluster.catalog.byName('t')!.partition(0)!;
  partition.assign([1, 2]);
  const reassign = async (replicas: number[] | null, more: object = {}, partitionIndex = 0) => {
    const topics = [{ name: 't', partitions: [{ partitionIndex, replicas }] }];
    const { errorCode, responses } = await under.call(api, { version: 1 }, { topics, ...more });
    expect(errorCode).toBe(0);
    return responses[0]!.partitions[0]!.errorCode;
  };
  return { under, partition, reassign };
}

test('a leader that stays goes on leading; one that does not hands over under a new epoch', async () => {
  const { partition, reassign } = three();
  expect(await reassign([3, 1])).toBe(0);
  expect([partition.replicas, partition.leader, partition.leaderEpoch]).toEqual([[3, 1], 1, 0]);
  expect(await reassign([3, 2])).toBe(0);
  expect([partition.replicas, partition.leader, partition.leaderEpoch]).toEqual([[3, 2], 3, 1]);
});

test.each([
  ['an empty list', [], {}, 'INVALID_REPLICA_ASSIGNMENT'],
  ['a node twice', [1, 1], {}, 'INVALID_REPLICA_ASSIGNMENT'],
  ['a node nobody knows', [1, 9], {}, 'INVALID_REPLICA_ASSIGNMENT'],
  ['taking back what is not under way', null, {}, 'NO_REASSIGNMENT_IN_PROGRESS'],
  ['another count, forbidden', [1, 2, 3], { allowReplicationFactorChange: false }, 'INVALID_REPLICATION_FACTOR'],
] as const)('%s is refused', async (_what, replicas, more, error) => {
  const { partition, reassign } = three();
  expect(await reassign(replicas && [...replicas], more)).toBe(errorCodes[error]);
  expect(partition.replicas).toEqual([1, 2]);
});

test('another count is allowed unless forbidden', async () => {
  const { partition, reassign } = three();
  expect(await reassign([1, 2, 3])).toBe(0);
  expect(partition.replicas).toEqual([1, 2, 3]);
});

test('a partition nobody knows', async () => {
  expect(await three().reassign([1], {}, 9)).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
});

test('nothing is ever under way', async () => {
  const { under, reassign } = three();
  await reassign([2, 3]);
  const answer = await under.call(listPartitionReassignments, { version: 0 }, { topics: null });
  expect(answer).toMatchObject({ errorCode: 0, topics: [] });
});
