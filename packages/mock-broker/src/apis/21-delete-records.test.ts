import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

async function trim(offset: bigint, node = 1) {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't' }] });
  await produce(under, 't', { values: ['a', 'b', 'c'] });
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset }] }];
  const answer = await under.call(messages.deleteRecords, { version: 2, node }, { topics, timeoutMs: 1 });
  return answer.topics[0]!.partitions[0]!;
}

test.each([
  [2n, 2n],
  [0n, 0n],
  [-1n, 3n],
])('up to %i leaves a log that starts at %i', async (offset, lowWatermark) => {
  expect(await trim(offset)).toMatchObject({ errorCode: 0, lowWatermark });
});

test('refuses offsets beyond the end, and other nodes than the leader', async () => {
  expect((await trim(4n)).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE);
  expect((await trim(1n, 2)).errorCode).toBe(errorCodes.NOT_LEADER_OR_FOLLOWER);
});

test('refuses a topic that is compacted alone', async () => {
  const errorOf = async (policy: string) => {
    const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'cleanup.policy': policy } }] });
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset: 0n }] }];
    const answer = await under.call(messages.deleteRecords, { version: 2 }, { topics, timeoutMs: 1 });
    return answer.topics[0]?.partitions[0]?.errorCode;
  };
  expect(await errorOf('compact')).toBe(errorCodes.POLICY_VIOLATION);
  expect(await errorOf('compact,delete')).toBe(0);
});
