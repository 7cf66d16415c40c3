import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { electLeaders } from '../cluster/leadership.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { electLeaders: api } = messages;
const PREFERRED = 0;
const UNCLEAN = 1;

/** Two nodes, each leading one partition of `t`; node 1 may go and come back. */
function pair() {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't', partitions: 2 }] });
  const partition = under.cluster.catalog.byName('t')!.partition(0)!;
  const turn = (id: number, up: boolean) => {
    under.cluster.topology.node(id).up = up;
    electLeaders(under.cluster);
  };
  const elect = async (electionType: number, partitions: number[] | null, topic = 't') => {
    const topicPartitions = partitions && [{ topic, partitions }];
    const answer = await under.call(api, { version: 2, node: 2 }, { electionType, topicPartitions, timeoutMs: 1 });
    return answer.replicaElectionResults.flatMap(({ partitionResult }) =>
      partitionResult.map(({ partitionId, errorCode }) => [partitionId, errorCode]),
    );
  };
  return { under, partition, turn, elect };
}

test('a partition goes back to its first replica', async () => {
  const { elect, partition, turn } = pair();
  turn(1, false);
  expect(partition.leader).toBe(2);
  expect(await elect(PREFERRED, [0])).toEqual([[0, errorCodes.PREFERRED_LEADER_NOT_AVAILABLE]]);
  turn(1, true);
  const epoch = partition.leaderEpoch;
  expect(await elect(PREFERRED, [0, 1, 9])).toEqual([
    [0, 0],
    [1, errorCodes.ELECTION_NOT_NEEDED],
    [9, errorCodes.UNKNOWN_TOPIC_OR_PARTITION],
  ]);
  expect([partition.leader, partition.leaderEpoch]).toEqual([1, epoch + 1]);
});

test('of all partitions those that moved are named', async () => {
  const { elect, turn } = pair();
  turn(1, false);
  turn(1, true);
  expect(await elect(PREFERRED, null)).toEqual([[0, 0]]);
  expect(await elect(PREFERRED, null)).toEqual([]);
});

test('an unclean election is for partitions without a leader', async () => {
  const { elect, partition, turn } = pair();
  expect(await elect(UNCLEAN, [0])).toEqual([[0, errorCodes.ELECTION_NOT_NEEDED]]);
  partition.assign([1]);
  turn(1, false);
  expect(partition.leader).toBe(-1);
  expect(await elect(UNCLEAN, [0])).toEqual([[0, errorCodes.ELIGIBLE_LEADERS_NOT_AVAILABLE]]);
  partition.assign([1, 2]);
  expect(await elect(UNCLEAN, [0])).toEqual([[0, 0]]);
  expect(partition.leader).toBe(2);
});

test('a topic nobody knows', async () => {
  expect(await pair().elect(PREFERRED, [0], 'nope')).toEqual([[0, errorCodes.UNKNOWN_TOPIC_OR_PARTITION]]);
});

test('an election of no known kind is refused as a whole', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const topicPartitions = [{ topic: 't', partitions: [0] }];
  const answer = await under.call(api, { version: 2 }, { electionType: 2, topicPartitions, timeoutMs: 1000 });
  expect(answer.errorCode).toBe(errorCodes.INVALID_REQUEST);
});
