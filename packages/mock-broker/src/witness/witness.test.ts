import { encodeBatch, encodeConsumerAssignment, messages } from '@eventstream/kafka-protocol';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { modernMember } from '../testing/modern-member.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';
import { Witness } from './witness.ts';

function watched() {
  const under = clusterUnderTest({ topics: [{ name: 't', partitions: 2 }] });
  const witness = new Witness(under.cluster);
  witness.watch();
  /** The kinds found; each has to be named, with who and what, by the failure a user sees. */
  const found = () => {
    const findings = witness.findings();
    const told = findings.length > 0 ? messageOf(() => witness.expectClean()) : '';
    for (const { kind, what } of findings) expect(told).toContain(`  ${kind}: ${what}`);
    return findings.map(({ kind }) => kind);
  };
  return { under, witness, found, partition: under.cluster.catalog.byName('t')!.partition(0)! };
}

const sequenced = (baseSequence: number, producerEpoch = 0) => ({
  values: ['a'],
  producerId: 7n,
  producerEpoch,
  baseSequence,
});

const plan = (...partitions: number[]) =>
  Buffer.from(encodeConsumerAssignment(0, { assignedPartitions: [{ topic: 't', partitions }] }));

async function memberWith(under: ClusterUnderTest, assignment: Buffer) {
  const member = groupMember(under);
  await member.join();
  const assignments = [{ memberId: member.memberId, assignment }];
  await member.sync({}, { assignments });
  return member;
}

function commit(under: ClusterUnderTest, who: { memberId: string; generationId: number }, committedOffset: bigint) {
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: '' }];
  const request = {
    groupId: 'g',
    memberId: who.memberId,
    generationIdOrMemberEpoch: who.generationId,
    topics: [{ name: 't', partitions }],
  };
  return under.call(messages.offsetCommit, { version: 7 }, request);
}

function fetchAll(under: ClusterUnderTest) {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }];
  const request = { maxWaitMs: 0, minBytes: 1, topics: [{ topic: 't', partitions }], forgottenTopicsData: [] };
  return under.call(messages.fetch, { version: 12 }, request);
}

describe('what is planted is named', () => {
  test('a sequence stored twice, by a leader that forgot its producers', async () => {
    const { under, found, partition } = watched();
    await produce(under, 't', sequenced(0));
    await produce(under, 't', sequenced(0));
    expect(found()).toEqual([]);
    partition.producers.clear();
    await produce(under, 't', sequenced(0));
    expect(found()).toEqual(['duplicate']);
  });

  test('a record with the same id stored twice, by a producer that is not idempotent', async () => {
    const { under, witness, found } = watched();
    const records = () =>
      encodeBatch({
        records: ['a', 'b'].map((id) => ({ value: 'v', timestamp: 1n, headers: [{ key: 'id', value: id }] })),
      });
    const send = () =>
      under.call(
        messages.produce,
        { version: 9 },
        { acks: -1, timeoutMs: 1, topicData: [{ name: 't', partitionData: [{ index: 0, records: records() }] }] },
      );
    await send();
    under.faults.on('Produce').applyThen('REQUEST_TIMED_OUT');
    await send();
    expect(found()).toEqual(['duplicate', 'duplicate']);
    expect(witness.findings()[1]?.what).toBe('test has the record with id "b" in t-0 twice: at 1 and at 3');
  });

  test('a gap in the sequences', async () => {
    const { under, found } = watched();
    await produce(under, 't', sequenced(0));
    await produce(under, 't', sequenced(5));
    expect(found()).toEqual(['sequence-gap']);
  });

  test('a write under an old epoch, and a commit of a fenced transaction', async () => {
    const { under, found } = watched();
    await produce(under, 't', sequenced(0, 1));
    await produce(under, 't', sequenced(1, 0));
    expect(found()).toEqual(['zombie-write']);
    const zombie = await transactionalProducer(under, { protocol: 1 });
    await zombie.add('t');
    await zombie.send('t', ['a']);
    const successor = await transactionalProducer(under, { protocol: 1 });
    await successor.register();
    await zombie.commit();
    expect(found()).toEqual(['zombie-write', 'zombie-write']);
  });

  test('a commit from somebody who is no member any more', async () => {
    const { under, witness, found } = watched();
    const member = await memberWith(under, plan(0));
    under.clock.advance('45s');
    await commit(under, member, 0n);
    expect(found()).toEqual(['zombie-write']);
    expect(witness.findings()[0]?.what).toContain('after it was put out of the group');
  });

  test('a commit in an old epoch of a consumer group (KIP-848)', async () => {
    const { under, witness, found } = watched();
    const member = modernMember(under, 'm');
    await member.join();
    expect(await member.commit(0n, { epoch: member.epoch - 1 })).toBe('STALE_MEMBER_EPOCH');
    expect(found()).toEqual(['zombie-write']);
    expect(witness.findings()[0]?.what).toContain('in an old epoch');
  });

  test('a partition given to two members', async () => {
    const { under, found } = watched();
    const member = groupMember(under);
    await member.join();
    const assignments = [member.memberId, 'another'].map((memberId) => ({ memberId, assignment: plan(0, 1) }));
    await member.sync({}, { assignments });
    expect(found()).toEqual(['two-owners', 'two-owners']);
  });

  test('a commit of what another owns', async () => {
    const { under, witness, found } = watched();
    const member = groupMember(under);
    await member.join();
    await member.sync(
      {},
      {
        assignments: [
          { memberId: 'another', assignment: plan(0) },
          { memberId: member.memberId, assignment: plan(1) },
        ],
      },
    );
    await commit(under, member, 0n);
    expect(found()).toEqual(['two-owners']);
    expect(witness.findings()[0]?.what).toContain("which is another's");
  });

  test('a commit beyond what was fetched, and one that goes back', async () => {
    const { under, found } = watched();
    await produce(under, 't', { values: ['a', 'b'] });
    const member = await memberWith(under, plan(0));
    await fetchAll(under);
    await commit(under, member, 2n);
    expect(found()).toEqual([]);
    await commit(under, member, 3n);
    expect(found()).toEqual(['commit-beyond-fetch']);
    await commit(under, member, 1n);
    expect(found()).toEqual(['commit-beyond-fetch', 'offset-backwards']);
  });

  test('an operator sets offsets as it likes', async () => {
    const { under, found } = watched();
    const operator = { memberId: '', generationId: -1 };
    await commit(under, operator, 9n);
    await commit(under, operator, 1n);
    expect(found()).toEqual([]);
  });
});

describe('expectClean', () => {
  test('shows what was found and what happened before, in forty lines', async () => {
    const { under, witness } = watched();
    for (let at = 0; at < 100; at += 1) await produce(under, 't', sequenced(at));
    under.faults.on('Produce').delay(0);
    const late = produce(under, 't', sequenced(200));
    await new Promise(setImmediate);
    under.clock.advance(0);
    await late;
    const message = messageOf(() => witness.expectClean());
    const lines = message.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.slice(0, 2)).toEqual([
      'Clients did or suffered what they should not:',
      '  sequence-gap: test, producer 7 in epoch 0, sent sequences 200 to 200 to t-0, which do not follow what is there',
    ]);
    expect(message).toContain("+0ms fault: on('Produce').delay(0)");
    expect(message).toContain('+0ms t-0 @99 +1');
  });

  test('says so when nobody was watching', () => {
    const witness = new Witness(clusterUnderTest().cluster);
    expect(() => witness.expectClean()).toThrow('witness: true');
  });
});

function messageOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
}

test('kafkajs is clean: in groups, through a rebalance, idempotent, transactional, with answers lost', async () => {
  await using broker = await startMockBroker({ witness: true, nodes: 3, topics: [{ name: 'orders', partitions: 3 }] });
  const kafka = new Kafka({
    brokers: broker.brokers,
    clientId: 'shop',
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 5 },
  });
  broker.faults.on('Produce').applyThen('disconnect');
  const seen: string[] = [];
  const members = [1, 2].map(() => kafka.consumer({ groupId: 'g', maxWaitTimeInMs: 50, heartbeatInterval: 50 }));
  for (const consumer of members) {
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
  }
  const options = { transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 };
  const producer = kafka.producer(options);
  await producer.connect();
  for (let round = 0; round < 5; round += 1) {
    const transaction = await producer.transaction();
    const batch = [0, 1, 2].map((partition) => ({
      partition,
      value: `${round}`,
      headers: { id: `${round}-${partition}` },
    }));
    await transaction.send({ topic: 'orders', messages: batch });
    await transaction.commit();
  }
  while (seen.length < 15) await new Promise(setImmediate);
  await Promise.all([producer.disconnect(), ...members.map((consumer) => consumer.disconnect())]);
  broker.witness.expectClean();
});

test('kafkajs without idempotence stores twice what it was not told of, and is found out by an id', async () => {
  await using broker = await startMockBroker({ witness: true, topics: [{ name: 'orders' }] });
  broker.faults.on('Produce').applyThen('disconnect');
  const kafka = new Kafka({
    brokers: broker.brokers,
    clientId: 'shop',
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 5 },
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'orders', messages: [{ value: 'v', headers: { id: 'order-1' } }] });
  await producer.disconnect();
  expect(() => broker.witness.expectClean()).toThrow(
    'duplicate: shop has the record with id "order-1" in orders-0 twice: at 0 and at 1',
  );
});
