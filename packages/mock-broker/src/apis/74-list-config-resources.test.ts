import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { listConfigResources: api } = messages;

async function list(resourceTypes: number[]) {
  const { call } = clusterUnderTest({ nodes: 2, topics: [{ name: 't' }] });
  const { configResources, errorCode } = await call(api, { version: 1 }, { resourceTypes });
  return {
    errorCode,
    found: configResources.map(({ resourceName, resourceType }) => `${resourceType} ${resourceName}`),
  };
}

test.each([
  [[2], ['2 t']],
  [[4], ['4 1', '4 2']],
  [[16, 32], []],
  [[2, 2], ['2 t']],
  [[], ['2 t', '4 1', '4 2', '8 1', '8 2']],
])('kinds %j', async (types, expected) => {
  expect(await list(types)).toEqual({ errorCode: 0, found: expected });
});

test('a kind nobody knows', async () => {
  expect(await list([2, 7])).toEqual({ errorCode: errorCodes.UNSUPPORTED_VERSION, found: [] });
});

test('v0 knows client metrics alone, of which there are none', async () => {
  const { configResources } = await clusterUnderTest({ topics: [{ name: 't' }] }).call(api, { version: 0 }, {});
  expect(configResources).toEqual([]);
});
