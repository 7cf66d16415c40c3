import { messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [{ name: 't' }];

/** `error offset`, as OffsetFetch answers it. */
async function offsetOf(under: ClusterUnderTest, requireStable = false): Promise<string> {
  const groups = [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] }];
  const answer = await under.call(messages.offsetFetch, { version: 8 }, { groups, requireStable });
  const { errorCode, committedOffset } = answer.groups[0]!.topics[0]!.partitions[0]!;
  return `${errorName(errorCode)} ${committedOffset}`;
}

test.each([1, 2] as const)('offsets are seen once the transaction is committed (protocol %i)', async (protocol) => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under, { protocol });
  if (protocol === 1) await producer.addOffsets();
  expect(await producer.offset(7n)).toBe('NONE');
  expect([await offsetOf(under), await offsetOf(under, true)]).toEqual(['NONE -1', 'UNSTABLE_OFFSET_COMMIT -1']);
  await producer.commit();
  expect([await offsetOf(under), await offsetOf(under, true)]).toEqual(['NONE 7', 'NONE 7']);
});

test('they are forgotten when it is aborted, by the producer or by time', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  await producer.offset(7n);
  await producer.abort();
  expect(await offsetOf(under, true)).toBe('NONE -1');
  await producer.offset(8n);
  under.clock.advance(60_000);
  expect(await offsetOf(under, true)).toBe('NONE -1');
});

test('before KIP-890 the group must have been added', async () => {
  const under = clusterUnderTest({ topics });
  const { producerId, producerEpoch } = await transactionalProducer(under);
  const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: null }];
  const request = {
    transactionalId: 'tx',
    groupId: 'g',
    producerId,
    producerEpoch,
    topics: [{ name: 't', partitions }],
  };
  const send = async (version: number) =>
    errorName((await under.call(messages.txnOffsetCommit, { version }, request)).topics[0]?.partitions[0]?.errorCode);
  expect(await send(3)).toBe('INVALID_TXN_STATE');
  expect(await send(4)).toBe('TRANSACTION_ABORTABLE');
  expect(await send(5)).toBe('NONE');
});

test('refuses what it cannot keep', async () => {
  const under = clusterUnderTest({ topics });
  const producer = await transactionalProducer(under);
  const send = (name: string, committedMetadata = '') =>
    producer.offset(1n, {
      topics: [{ name, partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata }] }],
    });
  expect(await send('nope')).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  expect(await send('t', 'x'.repeat(4097))).toBe('OFFSET_METADATA_TOO_LARGE');
  expect(await producer.offset(1n, { groupId: '' })).toBe('INVALID_GROUP_ID');
  producer.producerEpoch += 1;
  expect(await producer.offset(1n)).toBe('INVALID_PRODUCER_EPOCH');
  expect(await producer.offset(1n, { transactionalId: 'nobody' })).toBe('INVALID_PRODUCER_ID_MAPPING');
});

describe('with the group named (KIP-447)', () => {
  test('only a member of the generation may send offsets', async () => {
    const under = clusterUnderTest({ topics });
    const member = await groupMember(under).enter();
    const producer = await transactionalProducer(under);
    const { memberId, generationId } = member;
    expect(await producer.offset(1n, { memberId, generationId })).toBe('NONE');
    expect(await producer.offset(1n, { memberId, generationId: generationId - 1 })).toBe('ILLEGAL_GENERATION');
    expect(await producer.offset(1n, { memberId: 'zombie', generationId })).toBe('UNKNOWN_MEMBER_ID');
  });

  test('who names nothing is not checked', async () => {
    const under = clusterUnderTest({ topics });
    await groupMember(under).enter();
    expect(await (await transactionalProducer(under)).offset(1n)).toBe('NONE');
  });

  test('a group nobody knows has no generation', async () => {
    const producer = await transactionalProducer(clusterUnderTest({ topics }));
    expect(await producer.offset(1n, { memberId: 'm', generationId: 3 })).toBe('ILLEGAL_GENERATION');
    expect(await producer.offset(1n)).toBe('NONE');
  });
});

test.each([
  ['3.5', 'NONE'],
  ['3.7', 'INVALID_PRODUCER_ID_MAPPING'],
] as const)('Kafka %s answers %s for a producer nobody knows', async (asVersion, expected) => {
  const under = clusterUnderTest({ topics, asVersion });
  const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: null }];
  const stranger = { transactionalId: 'nobody', groupId: 'g', producerId: 999n, producerEpoch: 1 };
  const answer = await under.call(
    messages.txnOffsetCommit,
    { version: 0 },
    { ...stranger, topics: [{ name: 't', partitions }] },
  );
  expect(errorName(answer.topics[0]!.partitions[0]!.errorCode)).toBe(expected);
});
