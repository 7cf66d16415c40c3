import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

async function ask(leaderEpoch: number, { currentLeaderEpoch = -1, node = 1 } = {}) {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't' }] });
  const partition = under.cluster.catalog.byName('t')!.partition(0)!;
  await produce(under, 't', { values: ['a', 'b'] });
  partition.lead(2);
  partition.lead(1);
  await produce(under, 't', { values: ['c'] });
  const topics = [{ topic: 't', partitions: [{ partition: 0, currentLeaderEpoch, leaderEpoch }] }];
  const answer = await under.call(messages.offsetForLeaderEpoch, { version: 4, node }, { topics });
  return answer.topics[0]!.partitions[0]!;
}

test.each([
  [0, 2n],
  [1, 2n],
  [2, 3n],
])('epoch %i ends at %i', async (leaderEpoch, endOffset) => {
  expect(await ask(leaderEpoch)).toMatchObject({ errorCode: 0, leaderEpoch, endOffset });
});

test('an epoch that never was answers -1', async () => {
  expect(await ask(3)).toMatchObject({ errorCode: 0, leaderEpoch: -1, endOffset: -1n });
});

test('fences clients with an old epoch, and other nodes', async () => {
  expect((await ask(0, { currentLeaderEpoch: 1 })).errorCode).toBe(errorCodes.FENCED_LEADER_EPOCH);
  expect((await ask(0, { node: 2 })).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
});
