import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';

const { describeUserScramCredentials: api } = messages;
const users = {
  alice: { password: 'a', iterations: 5000 },
  bob: { password: 'b', mechanisms: ['SCRAM-SHA-512'] },
  carol: { password: 'c', mechanisms: ['PLAIN'] },
} as const;

const ask = (names: string[] | null) =>
  clusterUnderTest({ users }).call(api, { version: 0 }, { users: names?.map((name) => ({ name })) ?? null });

test.each([[null], [[]]])('%j means everybody with credentials', async (names) => {
  const { results } = await ask(names);
  expect(results.map(({ user, credentialInfos }) => [user, credentialInfos])).toEqual([
    [
      'alice',
      [
        { mechanism: 1, iterations: 5000 },
        { mechanism: 2, iterations: 5000 },
      ],
    ],
    ['bob', [{ mechanism: 2, iterations: 4096 }]],
  ]);
});

test('who has none, or is named twice, has an error of his own', async () => {
  const { errorCode, results } = await ask(['bob', 'carol', 'alice', 'alice']);
  expect(errorCode).toBe(0);
  expect(results.map((one) => [one.user, one.errorCode])).toEqual([
    ['bob', 0],
    ['carol', errorCodes.RESOURCE_NOT_FOUND],
    ['alice', errorCodes.DUPLICATE_RESOURCE],
  ]);
});
