import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { describeCluster: api } = messages;
const request = { includeClusterAuthorizedOperations: false };

test('names the nodes that are up', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.topology.node(2).up = false;
  const answer = await under.call(api, { version: 0 }, request);
  expect(answer.brokers.map(({ brokerId, port }) => [brokerId, port])).toEqual([[1, 9001]]);
  expect(answer).toMatchObject({ controllerId: 1, clusterId: under.cluster.clusterId });
});

test('v2 can show those that are down', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.topology.node(2).up = false;
  const answer = await under.call(api, { version: 2 }, { ...request, includeFencedBrokers: true });
  expect(answer.brokers.map(({ brokerId, isFenced }) => [brokerId, isFenced])).toEqual([
    [1, false],
    [2, true],
  ]);
});

test('controllers are not described here', async () => {
  const answer = await clusterUnderTest().call(api, { version: 1 }, { ...request, endpointType: 2 });
  expect(answer.errorCode).toBe(errorCodes.MISMATCHED_ENDPOINT_TYPE);
});
