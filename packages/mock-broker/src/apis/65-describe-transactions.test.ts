import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

test('shows state, owner, age and partitions; groups show as partitions of their topic', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
  const describe = async (id: string) => {
    const answer = await under.call(messages.describeTransactions, { version: 0 }, { transactionalIds: [id] });
    const { errorCode, ...state } = answer.transactionStates[0]!;
    return { error: errorName(errorCode), ...state };
  };
  const producer = await transactionalProducer(under, { timeoutMs: 5000 });
  expect(await describe('tx')).toMatchObject({ transactionState: 'Empty', transactionStartTimeMs: -1n, topics: [] });
  await producer.add('t', [1, 0]);
  await producer.addOffsets('g');
  expect(await describe('tx')).toEqual({
    error: 'NONE',
    transactionalId: 'tx',
    transactionState: 'Ongoing',
    transactionTimeoutMs: 5000,
    transactionStartTimeMs: BigInt(under.clock.now()),
    producerId: producer.producerId,
    producerEpoch: 0,
    topics: [
      { topic: 't', partitions: [1, 0] },
      // 103, the hash of 'g', modulo 50
      { topic: '__consumer_offsets', partitions: [3] },
    ],
  });
  await producer.commit();
  expect(await describe('tx')).toMatchObject({ transactionState: 'CompleteCommit', producerEpoch: 1, topics: [] });
  expect((await describe('nobody')).error).toBe('TRANSACTIONAL_ID_NOT_FOUND');
  expect((await describe('')).error).toBe('INVALID_REQUEST');
});
