import { pbkdf2Sync } from 'node:crypto';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { saslUnderTest } from '../testing/sasl-under-test.ts';
import { scramClient } from '../testing/scram-client.ts';

const { alterUserScramCredentials: api, describeUserScramCredentials: describe } = messages;
const salt = Buffer.from('0123456789abcdef');
const upsertion = (name: string, password = 'new', more: object = {}) => ({
  name,
  mechanism: 1,
  iterations: 8192,
  salt,
  saltedPassword: pbkdf2Sync(password, salt, 8192, 32, 'sha256'),
  ...more,
});
const users = { alice: { password: 'old' } };

/** Whether a user gets in with SCRAM-SHA-256. */
async function getsIn(given: ReturnType<typeof saslUnderTest>, user: string, password: string): Promise<boolean> {
  await given.handshake('SCRAM-SHA-256');
  const client = scramClient(user, password, 'sha256');
  const challenge = await given.token(client.first);
  if (challenge.errorCode !== 0) return false;
  return (await given.token(client.final(challenge.authBytes).message)).errorCode === 0;
}

test.each([
  ['bob', 'a new user'],
  ['alice', 'a user of the options'],
])('%s gets in with the stored password: %s', async (name) => {
  const given = saslUnderTest({ users });
  const answer = await given.under.call(api, { version: 0 }, { deletions: [], upsertions: [upsertion(name)] });
  expect(answer.results).toEqual([{ user: name, errorCode: 0, errorMessage: null }]);
  expect(await getsIn(given, name, 'new')).toBe(true);
});

test('the old password is none any more', async () => {
  const given = saslUnderTest({ users });
  await given.under.call(api, { version: 0 }, { deletions: [], upsertions: [upsertion('alice')] });
  expect(await getsIn(given, 'alice', 'old')).toBe(false);
});

test.each(['alice', 'bob'])('a deleted credential of %s is none, and cannot be deleted twice', async (name) => {
  const given = saslUnderTest({ users });
  await given.under.call(api, { version: 0 }, { deletions: [], upsertions: [upsertion('bob')] });
  const remove = () => given.under.call(api, { version: 0 }, { deletions: [{ name, mechanism: 1 }], upsertions: [] });
  expect((await remove()).results[0]!.errorCode).toBe(0);
  expect((await remove()).results[0]!.errorCode).toBe(errorCodes.RESOURCE_NOT_FOUND);
  expect(await getsIn(given, name, name === 'bob' ? 'new' : 'old')).toBe(false);
});

test.each([
  ['twice', [upsertion('bob'), upsertion('bob', 'new', { mechanism: 2 })], errorCodes.DUPLICATE_RESOURCE],
  ['without a name', [upsertion('')], errorCodes.UNACCEPTABLE_CREDENTIAL],
  ['of an unknown kind', [upsertion('bob', 'new', { mechanism: 0 })], errorCodes.UNSUPPORTED_SASL_MECHANISM],
  ['with few iterations', [upsertion('bob', 'new', { iterations: 4095 })], errorCodes.UNACCEPTABLE_CREDENTIAL],
  ['with many iterations', [upsertion('bob', 'new', { iterations: 16_385 })], errorCodes.UNACCEPTABLE_CREDENTIAL],
])('a credential %s is refused, beside one that is not', async (_what, upsertions, errorCode) => {
  const { call } = clusterUnderTest();
  const { results } = await call(api, { version: 0 }, { deletions: [], upsertions: [...upsertions, upsertion('ok')] });
  expect(results.map((result) => result.errorCode)).toEqual([errorCode, 0]);
});

test('what was stored is described', async () => {
  const { call } = clusterUnderTest();
  await call(api, { version: 0 }, { deletions: [], upsertions: [upsertion('bob')] });
  const { results } = await call(describe, { version: 0 }, { users: null });
  expect(results).toMatchObject([{ user: 'bob', errorCode: 0, credentialInfos: [{ mechanism: 1, iterations: 8192 }] }]);
});
