import { messages, type RequestInput } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { groupMember } from '../testing/group-member.ts';

const { listGroups: api } = messages;

async function two() {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.topology.placeCoordinator('g', 1);
  under.cluster.topology.placeCoordinator('empty', 1);
  under.cluster.topology.placeCoordinator('elsewhere', 2);
  await groupMember(under).enter();
  under.cluster.groups.open('empty');
  under.cluster.groups.open('elsewhere');
  return async (request: RequestInput<typeof api> = {}, version = 5) =>
    (await under.call(api, { version }, request)).groups;
}

test('names the groups this node coordinates', async () => {
  const list = await two();
  expect((await list({}, 0)).map(({ groupId }) => groupId)).toEqual(['g', 'empty']);
  expect((await list())[0]).toEqual({
    groupId: 'g',
    protocolType: 'consumer',
    groupState: 'Stable',
    groupType: 'classic',
  });
});

test('filters by state and by type, whatever the letter case', async () => {
  const list = await two();
  expect((await list({ statesFilter: ['EMPTY'] })).map(({ groupId }) => groupId)).toEqual(['empty']);
  expect(await list({ typesFilter: ['Classic'] })).toHaveLength(2);
  expect(await list({ typesFilter: ['consumer'] })).toEqual([]);
});
