import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { batchOf } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [
  { name: 't', partitions: 3 },
  { name: 'u', partitions: 2 },
];
const struck = errorCodes.NOT_LEADER_OR_FOLLOWER;

function prepared() {
  const under = clusterUnderTest({ topics });
  const ends = (topic: string) =>
    under.cluster.catalog.byName(topic)!.partitions.map(({ log }) => Number(log.watermarks.end));
  return { under, ends, faults: under.faults };
}

type Prepared = ReturnType<typeof prepared>;

async function produceAll({ under }: Prepared, version: number) {
  const records = () => batchOf({ values: ['a'] });
  const topicData = topics.map(({ name, partitions }) => ({
    ...(version >= 13 ? { topicId: under.cluster.catalog.byName(name)!.id } : { name }),
    partitionData: Array.from({ length: partitions }, (_, index) => ({ index, records: records() })),
  }));
  const { responses } = await under.call(messages.produce, { version }, { acks: -1, timeoutMs: 1, topicData });
  return responses.flatMap(({ name, topicId, partitionResponses }) =>
    partitionResponses.map(({ index, errorCode }) => [
      `${name || under.cluster.catalog.byId(topicId)?.name}-${index}`,
      errorCode,
    ]),
  );
}

describe.each([3, 9, 13])('Produce v%i', (version) => {
  test('one partition is refused, all others are stored', async () => {
    const all = prepared();
    all.faults.on('Produce').topic('t').partition(1).fail('NOT_LEADER_OR_FOLLOWER');
    const codes = Object.fromEntries(await produceAll(all, version));
    expect(codes).toEqual({ 't-0': 0, 't-1': struck, 't-2': 0, 'u-0': 0, 'u-1': 0 });
    expect([all.ends('t'), all.ends('u')]).toEqual([
      [1, 0, 1],
      [1, 1],
    ]);
  });

  test('one partition is stored and falsely refused', async () => {
    const all = prepared();
    all.faults.on('Produce').topic('t').partition(1).applyThen('NOT_LEADER_OR_FOLLOWER');
    const codes = Object.fromEntries(await produceAll(all, version));
    expect(codes).toEqual({ 't-0': 0, 't-1': struck, 't-2': 0, 'u-0': 0, 'u-1': 0 });
    expect(all.ends('t')).toEqual([1, 1, 1]);
  });

  test('one topic is refused', async () => {
    const all = prepared();
    all.faults.on('Produce').topic('t').fail('NOT_LEADER_OR_FOLLOWER');
    const codes = Object.fromEntries(await produceAll(all, version));
    expect(codes).toEqual({ 't-0': struck, 't-1': struck, 't-2': struck, 'u-0': 0, 'u-1': 0 });
  });
});

test('a rule for another partition waits for it', async () => {
  const all = prepared();
  const rule = all.faults.on('Produce').topic('t', 7).fail('NOT_LEADER_OR_FOLLOWER');
  await produceAll(all, 9);
  expect([rule.matched, rule.fired]).toEqual([0, 0]);
  expect(all.faults.unused()[0]?.nearest).toContain('the partitions are 0,1,2');
});

test('Metadata: a refused topic hides neither nodes nor other topics', async () => {
  const { under, faults } = prepared();
  faults.on('Metadata').topic('t').fail('LEADER_NOT_AVAILABLE');
  const answer = await under.call(messages.metadata, { version: 12 }, { topics: null });
  expect(answer.brokers).toHaveLength(1);
  expect(Object.fromEntries(answer.topics.map(({ name, errorCode }) => [name, errorCode]))).toEqual({ t: 5, u: 0 });
});

test('Metadata: one partition has an error, its neighbours a leader', async () => {
  const { under, faults } = prepared();
  faults.on('Metadata').topic('t', 1).fail('LEADER_NOT_AVAILABLE');
  const answer = await under.call(messages.metadata, { version: 9 }, { topics: [{ name: 't' }] });
  const codes = answer.topics[0]!.partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]);
  expect(Object.fromEntries(codes)).toEqual({ 0: 0, 1: 5, 2: 0 });
  expect(answer.topics[0]!.errorCode).toBe(0);
});

test.each([1, 7, 9])('OffsetFetch v%i: one partition is unstable, the others are told', async (version) => {
  const { under, faults } = prepared();
  faults.on('OffsetFetch').topic('t').partition(2).fail('UNSTABLE_OFFSET_COMMIT');
  const asked = [{ name: 't', partitionIndexes: [0, 1, 2] }];
  const request = version >= 8 ? { groups: [{ groupId: 'g', topics: asked }] } : { groupId: 'g', topics: asked };
  const answer = await under.call(messages.offsetFetch, { version }, request);
  const told = version >= 8 ? answer.groups[0]!.topics : answer.topics;
  const code = errorCodes.UNSTABLE_OFFSET_COMMIT;
  const codes = told[0]!.partitions.map((one) => [one.partitionIndex, one.errorCode]);
  expect(Object.fromEntries(codes)).toEqual({ 0: 0, 1: 0, 2: code });
});

test('OffsetCommit: one partition is refused, the others are committed', async () => {
  const { under, faults } = prepared();
  faults.on('OffsetCommit').topic('t', 0).fail('OFFSET_METADATA_TOO_LARGE');
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, committedOffset: 5n, committedMetadata: '' }));
  await under.call(
    messages.offsetCommit,
    { version: 7 },
    { groupId: 'g', generationIdOrMemberEpoch: -1, memberId: '', topics: [{ name: 't', partitions }] },
  );
  const committed = under.cluster.groups.find('g')!.offsets.list();
  expect(committed.map(({ partition }) => partition)).toEqual([1]);
});

test('AddPartitionsToTxn: with one refused, the others are not attempted, as on a real broker', async () => {
  const { under, faults } = prepared();
  const producer = await transactionalProducer(under);
  faults.on('AddPartitionsToTxn').topic('t', 1).fail('COORDINATOR_LOAD_IN_PROGRESS');
  expect((await producer.add('t', [0, 1, 2])).sort()).toEqual([
    'COORDINATOR_LOAD_IN_PROGRESS',
    'OPERATION_NOT_ATTEMPTED',
    'OPERATION_NOT_ATTEMPTED',
  ]);
  expect(under.cluster.transactions.find('tx')!.partitions()).toEqual([]);
});
