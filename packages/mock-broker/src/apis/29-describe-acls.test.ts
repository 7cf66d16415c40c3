import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import type { AclRule } from '../acls/acl.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { describeAcls: api } = messages;
const all = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
};
const rules: AclRule[] = [
  { principal: 'User:alice', resource: 'topic', name: 'orders', operation: 'read' },
  {
    principal: 'User:bob',
    resource: 'topic',
    name: 'orders',
    operation: 'write',
    permission: 'deny',
    host: '10.0.0.1',
  },
  { principal: 'User:alice', resource: 'topic', name: 'ord', pattern: 'prefixed', operation: 'read' },
  { principal: 'User:alice', resource: 'topic', name: '*', operation: 'describe' },
  { principal: 'User:alice', resource: 'group', name: 'orders', operation: 'read' },
];

async function described(filter: object) {
  const { call } = clusterUnderTest({ acls: { rules, superUsers: ['User:ANONYMOUS'] } });
  const { errorCode, resources } = await call(api, { version: 3 }, { ...all, ...filter });
  expect(errorCode).toBe(0);
  return resources.flatMap(({ resourceName, acls }) => acls.map(({ operation }) => `${resourceName} ${operation}`));
}

test('rules of one resource stand together', async () => {
  const { call } = clusterUnderTest({ acls: { rules, superUsers: ['User:ANONYMOUS'] } });
  const { resources } = await call(api, { version: 3 }, all);
  expect(resources).toHaveLength(4);
  expect(resources[0]).toEqual({
    resourceType: 2,
    resourceName: 'orders',
    patternType: 3,
    acls: [
      { principal: 'User:alice', host: '*', operation: 3, permissionType: 3 },
      { principal: 'User:bob', host: '10.0.0.1', operation: 4, permissionType: 2 },
    ],
  });
});

test.each([
  [{ resourceTypeFilter: 3 }, ['orders 3']],
  [{ resourceTypeFilter: 2, resourceNameFilter: 'orders', patternTypeFilter: 3 }, ['orders 3', 'orders 4']],
  [
    { resourceTypeFilter: 2, resourceNameFilter: 'orders', patternTypeFilter: 2 },
    ['orders 3', 'orders 4', 'ord 3', '* 8'],
  ],
  [{ patternTypeFilter: 4 }, ['ord 3']],
  [{ principalFilter: 'User:bob' }, ['orders 4']],
  [{ hostFilter: '10.0.0.1' }, ['orders 4']],
  [{ operation: 8 }, ['* 8']],
  [{ permissionType: 2 }, ['orders 4']],
  [{ principalFilter: 'User:*' }, []],
])('%j finds %j', async (filter, expected) => {
  expect(await described(filter)).toEqual(expected);
});

test('a filter with unknown numbers is refused', async () => {
  const { call } = clusterUnderTest({ acls: { superUsers: ['User:ANONYMOUS'] } });
  const answer = await call(api, { version: 3 }, { ...all, operation: 0 });
  expect(answer.errorCode).toBe(errorCodes.INVALID_REQUEST);
});

test('without access rules there is nothing to describe', async () => {
  const answer = await clusterUnderTest().call(api, { version: 1 }, all);
  expect(answer.errorCode).toBe(errorCodes.SECURITY_DISABLED);
});
