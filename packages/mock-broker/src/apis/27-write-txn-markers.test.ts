import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

test('ends a hanging transaction on a partition; the coordinator hears nothing of it', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }], nodes: 2 });
  const node = under.cluster.topology.coordinatorOf('tx');
  const producer = await transactionalProducer(under, { node });
  const partition = under.cluster.catalog.byName('t')!.partition(0)!;
  if (partition.leader !== node) partition.lead(node);
  await producer.send('t', ['a']);
  const write = async (more: object = {}, place: { name?: string; node?: number } = {}) => {
    const { producerId, producerEpoch } = producer;
    const topics = [{ name: place.name ?? 't', partitionIndexes: [0] }];
    const marker = { producerId, producerEpoch, transactionResult: false, coordinatorEpoch: 0, topics, ...more };
    const sender = { version: 2, node: place.node ?? node };
    const answer = await under.call(messages.writeTxnMarkers, sender, { markers: [marker] });
    return errorName(answer.markers[0]?.topics[0]?.partitions[0]?.errorCode);
  };
  expect(await write({}, { name: 'nope' })).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  expect(await write({}, { node: 3 - node })).toBe('NOT_LEADER_OR_FOLLOWER');
  expect(await write({ producerEpoch: -1 })).toBe('INVALID_PRODUCER_EPOCH');
  expect(partition.log.watermarks.lastStable).toBe(0n);
  expect(await write({ coordinatorEpoch: 9 })).toBe('NONE');
  expect(partition.log.watermarks.lastStable).toBe(2n);
  expect(partition.log.transactions.aborted.between(0n, 9n)).toHaveLength(1);
  expect(await write({ coordinatorEpoch: 8 })).toBe('TRANSACTION_COORDINATOR_FENCED');
  expect(under.cluster.transactions.find('tx')?.state).toBe('Ongoing');
});
