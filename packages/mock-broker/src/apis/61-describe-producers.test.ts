import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

test('shows last sequences and what is open', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't' }] });
  const ask = async (name: string) => {
    const asked = { topics: [{ name, partitionIndexes: [0] }] };
    return (await under.call(messages.describeProducers, { version: 0 }, asked)).topics[0]!.partitions[0]!;
  };
  await produce(under, 't', { values: ['a', 'b'], producerId: 70n, producerEpoch: 1, baseSequence: 0 });
  const producer = await transactionalProducer(under);
  await producer.send('t', ['c'], { timestamps: [1234n] });
  const { producerId } = producer;
  const idempotent = { producerId: 70n, producerEpoch: 1, lastSequence: 1, lastTimestamp: 1000n };
  expect((await ask('t')).activeProducers).toEqual([
    { ...idempotent, coordinatorEpoch: -1, currentTxnStartOffset: -1n },
    {
      producerId,
      producerEpoch: 0,
      lastSequence: 0,
      lastTimestamp: 1234n,
      coordinatorEpoch: -1,
      currentTxnStartOffset: 2n,
    },
  ]);
  await producer.commit();
  expect((await ask('t')).activeProducers[1]).toMatchObject({
    producerEpoch: 1,
    coordinatorEpoch: 0,
    currentTxnStartOffset: -1n,
  });
  expect(errorName((await ask('nope')).errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
});

test('every replica answers, other nodes do not', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  under.cluster.catalog.create({ name: 't', partitions: 1, assignments: new Map([[0, [1, 2]]]) });
  await produce(under, 't', { values: ['a'], producerId: 70n, producerEpoch: 1, baseSequence: 0 });
  const ask = async (node: number) => {
    const asked = { topics: [{ name: 't', partitionIndexes: [0] }] };
    const answer = await under.call(messages.describeProducers, { version: 0, node }, asked);
    const { errorCode, activeProducers } = answer.topics[0]!.partitions[0]!;
    return `${errorName(errorCode)} ${activeProducers.length}`;
  };
  expect([await ask(1), await ask(2), await ask(3)]).toEqual(['NONE 1', 'NONE 1', 'NOT_LEADER_OR_FOLLOWER 0']);
});
