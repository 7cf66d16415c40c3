import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [{ name: 't', partitions: 2 }];

test('the first partition opens a transaction; adding one again changes nothing', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under, { protocol: 1 });
  expect(await producer.add('t', [1])).toEqual(['NONE']);
  expect(await producer.add('t', [1, 0])).toEqual(['NONE', 'NONE']);
  const transaction = under.cluster.transactions.find('tx')!;
  expect(transaction.state).toBe('Ongoing');
  expect(transaction.partitions()).toEqual([
    { topic: 't', partition: 1 },
    { topic: 't', partition: 0 },
  ]);
});

test('one unknown partition keeps the others out', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  expect(await producer.add('t', [0, 2])).toEqual(['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION']);
  expect(under.cluster.transactions.find('tx')?.state).toBe('Empty');
});

test('who is not the owner is refused, in the words of its version', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  const owner = producer.producerId;
  producer.producerEpoch = 7;
  expect(await producer.add('t', [0], 1)).toEqual(['INVALID_PRODUCER_EPOCH']);
  expect(await producer.add('t', [0], 2)).toEqual(['PRODUCER_FENCED']);
  producer.producerId = owner + 1n;
  expect(await producer.add('t')).toEqual(['INVALID_PRODUCER_ID_MAPPING']);
});

test('v4 serves many transactions at once, and may only ask', async () => {
  const under = clusterUnderTest({ topics });
  const { producerId, producerEpoch } = await transactionalProducer(under);
  const ask = async (verifyOnly: boolean, transactionalId = 'tx') => {
    const wanted = { transactionalId, producerId, producerEpoch, verifyOnly, topics: [{ name: 't', partitions: [0] }] };
    const answer = await under.call(messages.addPartitionsToTxn, { version: 5 }, { transactions: [wanted] });
    const [result] = answer.resultsByTransaction;
    return errorName(result?.topicResults[0]?.resultsByPartition[0]?.partitionErrorCode);
  };
  expect(await ask(true)).toBe('TRANSACTION_ABORTABLE');
  expect(await ask(false)).toBe('NONE');
  expect(await ask(true)).toBe('NONE');
  expect(await ask(true, 'nobody')).toBe('INVALID_PRODUCER_ID_MAPPING');
});
