import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';

test('makes a group part of the transaction', async () => {
  const under = clusterUnderTest();
  const producer = await transactionalProducer(under);
  expect(await producer.addOffsets('g')).toBe('NONE');
  const transaction = under.cluster.transactions.find('tx')!;
  expect([transaction.state, transaction.groups()]).toEqual(['Ongoing', ['g']]);
});

test('who is not the owner is refused, in the words of its version', async () => {
  const under = clusterUnderTest();
  const producer = await transactionalProducer(under);
  producer.producerEpoch += 1;
  expect(await producer.addOffsets('g', 1)).toBe('INVALID_PRODUCER_EPOCH');
  expect(await producer.addOffsets('g', 2)).toBe('PRODUCER_FENCED');
  const stranger = { ...producer, producerId: 99n };
  producer.producerId = stranger.producerId;
  expect(await producer.addOffsets()).toBe('INVALID_PRODUCER_ID_MAPPING');
});
