import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

test.each([
  ['2.4', null],
  ['2.8', ''],
  ['4.3', ''],
] as const)('Kafka %s says %j where there is no error', async (asVersion, expected) => {
  const under = clusterUnderTest({ asVersion, topics: [{ name: 't' }], acls: { allowIfNoneFound: true } });
  const rule = {
    resourceType: 2,
    resourceName: 'other',
    principal: 'User:a',
    host: '*',
    operation: 3,
    permissionType: 3,
  };
  const created = await under.call(messages.createAcls, { version: 1 }, { creations: [rule] });
  const filter = { resourceTypeFilter: 2, patternTypeFilter: 3, operation: 1, permissionType: 1 };
  const nobody = { resourceNameFilter: null, principalFilter: null, hostFilter: null };
  const rules = await under.call(messages.describeAcls, { version: 1 }, { ...filter, ...nobody });
  const resources = [{ resourceType: 2, resourceName: 't', configurationKeys: null }];
  const configs = await under.call(messages.describeConfigs, { version: 1 }, { resources });
  const told = [created.results[0], rules, configs.results[0]];
  expect(told.map((answer) => [answer?.errorCode, answer?.errorMessage])).toEqual([
    [0, expected],
    [0, expected],
    [0, expected],
  ]);
});
