import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { findCoordinator: api } = messages;

test('every node names the same coordinator', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  under.cluster.topology.placeCoordinator('g', 2);
  for (const node of [1, 2, 3]) {
    const answer = await under.call(api, { version: 2, node }, { key: 'g' });
    expect(answer).toMatchObject({ errorCode: 0, nodeId: 2, host: '127.0.0.1', port: 9002 });
  }
});

test('v4 asks for many keys at once', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.topology.placeCoordinator('a', 1);
  under.cluster.topology.placeCoordinator('b', 2);
  under.cluster.topology.placeCoordinator('', 2);
  const answer = await under.call(api, { version: 4 }, { coordinatorKeys: ['a', 'b', ''] });
  expect(answer.coordinators.map(({ key, nodeId, errorCode }) => ({ key, nodeId, errorCode }))).toEqual([
    { key: 'a', nodeId: 1, errorCode: 0 },
    { key: 'b', nodeId: 2, errorCode: 0 },
    // Offsets may belong to a group without a name.
    { key: '', nodeId: 2, errorCode: 0 },
  ]);
});

test('a coordinator that went down has a successor, and only its groups move', async () => {
  const under = clusterUnderTest({ nodes: 3 });
  const groups = Array.from({ length: 30 }, (_, at) => `group-${at}`);
  const before = groups.map((group) => under.cluster.topology.coordinatorOf(group));
  under.cluster.topology.node(2).up = false;
  const after = groups.map((group) => under.cluster.topology.coordinatorOf(group));
  expect(after).not.toContain(2);
  expect(before.filter((node, at) => node !== 2 && node !== after[at])).toEqual([]);
  expect(new Set(before)).toEqual(new Set([1, 2, 3]));
});

test('share groups are not served', async () => {
  const answer = await clusterUnderTest().call(api, { version: 6 }, { keyType: 2, coordinatorKeys: ['s'] });
  expect(answer.coordinators[0]?.errorCode).toBe(errorCodes.INVALID_REQUEST);
});
