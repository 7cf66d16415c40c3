import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { deleteAcls: api } = messages;
const filter = {
  resourceTypeFilter: 2,
  resourceNameFilter: 'a',
  patternTypeFilter: 3,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
};
const rule = { principal: 'User:alice', resource: 'topic', operation: 'read' } as const;
const rules = ['a', 'b'].map((name) => ({ ...rule, name }));

test('rules that match are gone, and named', async () => {
  const { call, cluster } = clusterUnderTest({ acls: { rules, superUsers: ['User:ANONYMOUS'] } });
  const { filterResults } = await call(api, { version: 3 }, { filters: [filter, filter] });
  expect(filterResults[0]!.matchingAcls).toMatchObject([{ errorCode: 0, resourceName: 'a', principal: 'User:alice' }]);
  expect(filterResults[1]!.matchingAcls).toEqual([]);
  expect(cluster.security.authorizer.list().map(({ name }) => name)).toEqual(['b']);
});

test('a filter with unknown numbers deletes nothing', async () => {
  const { call, cluster } = clusterUnderTest({ acls: { rules, superUsers: ['User:ANONYMOUS'] } });
  const wrong = { ...filter, patternTypeFilter: 9 };
  const { filterResults } = await call(api, { version: 1 }, { filters: [wrong] });
  expect(filterResults[0]).toMatchObject({ errorCode: errorCodes.INVALID_REQUEST, matchingAcls: [] });
  expect(cluster.security.authorizer.list()).toHaveLength(2);
});

test('without access rules there is nothing to delete', async () => {
  const { filterResults } = await clusterUnderTest().call(api, { version: 3 }, { filters: [filter] });
  expect(filterResults[0]!.errorCode).toBe(errorCodes.SECURITY_DISABLED);
});
