import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

const { offsetCommit: api } = messages;
const options = { topics: [{ name: 't', partitions: 2 }] };

function request(
  claim: { generation?: number; memberId?: string } = {},
  entry: { partition?: number; metadata?: string; name?: string } = {},
) {
  const { partition: partitionIndex = 0, metadata: committedMetadata = 'm', name = 't' } = entry;
  return {
    groupId: 'g',
    generationIdOrMemberEpoch: claim.generation ?? -1,
    memberId: claim.memberId ?? '',
    topics: [{ name, partitions: [{ partitionIndex, committedOffset: 5n, committedMetadata }] }],
  };
}

async function errorOf(under: ReturnType<typeof clusterUnderTest>, body: ReturnType<typeof request>, node = 1) {
  return (await under.call(api, { version: 6, node }, body)).topics[0]?.partitions[0]?.errorCode;
}

test('anybody may commit while nobody is in the group', async () => {
  const under = clusterUnderTest(options);
  expect(await errorOf(under, request())).toBe(0);
  expect(under.cluster.groups.find('g')?.offsets.get('t', 0)).toMatchObject({ offset: 5n, metadata: 'm' });
});

test('while nobody is in the group, the name of a member does not matter without a generation', async () => {
  const under = clusterUnderTest(options);
  expect(await errorOf(under, request({ memberId: 'm' }))).toBe(0);
  expect(await errorOf(under, request({ memberId: 'm' })), 'once the group exists').toBe(0);
  await groupMember(under).enter();
  expect(await errorOf(under, request({ memberId: 'm' }))).toBe(errorCodes.UNKNOWN_MEMBER_ID);
});

test('with members in it, only they may, in their generation', async () => {
  const under = clusterUnderTest(options);
  const { memberId, generationId } = await groupMember(under).enter();
  expect(await errorOf(under, request())).toBe(errorCodes.UNKNOWN_MEMBER_ID);
  expect(await errorOf(under, request({ memberId, generation: generationId - 1 }))).toBe(errorCodes.ILLEGAL_GENERATION);
  expect(await errorOf(under, request({ memberId, generation: generationId }))).toBe(0);
});

test('between join and sync nobody may', async () => {
  const under = clusterUnderTest(options);
  const { memberId, generationId } = await groupMember(under).join();
  expect(await errorOf(under, request({ memberId, generation: generationId }))).toBe(errorCodes.REBALANCE_IN_PROGRESS);
});

test('a generation of a group nobody knows is illegal', async () => {
  expect(await errorOf(clusterUnderTest(options), request({ memberId: 'm', generation: 3 }))).toBe(
    errorCodes.ILLEGAL_GENERATION,
  );
});

test('what is committed must exist and be short', async () => {
  const under = clusterUnderTest(options);
  expect(await errorOf(under, request({}, { partition: 2 }))).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
  expect(await errorOf(under, request({}, { name: 'nope' }))).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION);
  expect(await errorOf(under, request({}, { metadata: 'x'.repeat(4097) }))).toBe(errorCodes.OFFSET_METADATA_TOO_LARGE);
});

test('only the coordinator takes commits', async () => {
  const under = clusterUnderTest({ ...options, nodes: 2 });
  under.cluster.topology.placeCoordinator('g', 2);
  expect(await errorOf(under, request(), 1)).toBe(errorCodes.NOT_COORDINATOR);
  expect(await errorOf(under, request(), 2)).toBe(0);
});

test('v10 names topics by id', async () => {
  const under = clusterUnderTest(options);
  const topicId = under.cluster.catalog.byName('t')!.id;
  const [topic] = request().topics;
  const body = { ...request(), topics: [{ topicId, partitions: topic!.partitions }] };
  expect((await under.call(api, { version: 10 }, body)).topics[0]).toMatchObject({
    topicId,
    partitions: [{ errorCode: 0 }],
  });
});

test('observers hear of commits', async () => {
  const under = clusterUnderTest(options);
  const heard: unknown[] = [];
  under.cluster.observers.on('commit', (event) => heard.push(event));
  await errorOf(under, request());
  expect(heard).toEqual([{ groupId: 'g', topic: 't', partition: 0, offset: 5 }]);
});
