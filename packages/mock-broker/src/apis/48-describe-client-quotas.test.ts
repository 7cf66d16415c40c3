import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { describeClientQuotas: api } = messages;
const quotas = [
  { user: 'alice', producerByteRate: 1 },
  { user: 'alice', clientId: 'app', producerByteRate: 2 },
  { user: null, producerByteRate: 3 },
  { clientId: 'app', producerByteRate: 4 },
];
const user = (matchType: number, match: string | null = null) => ({ entityType: 'user', matchType, match });
const app = { entityType: 'client-id', matchType: 0, match: 'app' };

test.each([
  [[], false, [1, 2, 3, 4]],
  [[user(0, 'alice')], false, [1, 2]],
  [[user(0, 'alice')], true, [1]],
  [[user(1)], false, [3]],
  [[user(2)], false, [1, 2, 3]],
  [[app], false, [2, 4]],
  [[app], true, [4]],
  [[user(2), app], true, [2]],
  [[user(0, 'bob')], false, []],
])('%j, strict %j', async (components, strict, expected) => {
  const { call } = clusterUnderTest({ quotas });
  const { entries } = await call(api, { version: 1 }, { components, strict });
  expect(entries!.map(({ values }) => values[0]!.value)).toEqual(expected);
});

test.each([
  [[{ entityType: 'team', matchType: 2, match: null }], errorCodes.UNSUPPORTED_VERSION],
  [[user(2), user(1)], errorCodes.INVALID_REQUEST],
  [[user(9)], errorCodes.INVALID_REQUEST],
  [[user(0)], errorCodes.INVALID_REQUEST],
])('%j is refused', async (components, errorCode) => {
  const { call } = clusterUnderTest({ quotas });
  expect(await call(api, { version: 0 }, { components, strict: false })).toMatchObject({ errorCode, entries: null });
});
