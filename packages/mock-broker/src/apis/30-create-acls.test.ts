import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { createAcls: api } = messages;
const acls = { superUsers: ['User:ANONYMOUS'] };
const creation = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:alice',
  host: '*',
  operation: 3,
  permissionType: 3,
};

test('a rule is stored once, and holds at once', async () => {
  const { call, cluster } = clusterUnderTest({ acls });
  const { authorizer } = cluster.security;
  const answer = await call(api, { version: 3 }, { creations: [creation, creation] });
  expect(answer.results).toEqual([
    { errorCode: 0, errorMessage: '' },
    { errorCode: 0, errorMessage: '' },
  ]);
  expect(authorizer.list()).toEqual([
    {
      principal: 'User:alice',
      resource: 'topic',
      name: 'orders',
      pattern: 'literal',
      operation: 'read',
      permission: 'allow',
      host: '*',
    },
  ]);
  const actor = { principal: 'User:alice', host: '10.0.0.1' };
  expect(authorizer.allows(actor, { operation: 'read', resource: 'topic', name: 'orders' })).toBe(true);
});

test.each([
  [{ resourceType: 1 }, 'UNKNOWN_SERVER_ERROR'],
  [{ resourceType: 99 }, 'UNKNOWN_SERVER_ERROR'],
  [{ resourcePatternType: 2 }, 'UNKNOWN_SERVER_ERROR'],
  [{ operation: 1 }, 'UNKNOWN_SERVER_ERROR'],
  [{ permissionType: 1 }, 'UNKNOWN_SERVER_ERROR'],
  [{ resourceType: 4, resourceName: 'my-cluster' }, 'INVALID_REQUEST'],
  [{ resourceName: '' }, 'INVALID_REQUEST'],
  [{ principal: 'alice' }, 'INVALID_REQUEST'],
] as const)('a rule with %j is refused with %s, others are not', async (wrong, error) => {
  const { call } = clusterUnderTest({ acls });
  const { results } = await call(api, { version: 2 }, { creations: [{ ...creation, ...wrong }, creation] });
  expect(results.map(({ errorCode }) => errorCode)).toEqual([errorCodes[error], 0]);
});

test('without access rules there is nowhere to store one', async () => {
  const { results } = await clusterUnderTest().call(api, { version: 3 }, { creations: [creation] });
  expect(results).toEqual([{ errorCode: errorCodes.SECURITY_DISABLED, errorMessage: 'No Authorizer is configured.' }]);
});
