import { errorCodes } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { mskIamMessage, mskToken } from '../../testing/aws-signer.ts';
import { bearerMessage, saslUnderTest } from '../../testing/sasl-under-test.ts';

const host = 'b-1.shop.kafka.eu-central-1.amazonaws.com';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const aws = {
  AKIDEXAMPLE: { secretAccessKey: secret },
  ASIATEMP: { secretAccessKey: secret, sessionToken: 'IQoJ/+=', user: 'orders-role' },
};
const begin = () => saslUnderTest({ sasl: { aws } });
const at = Date.UTC(2026, 0, 1);

test.each([
  [{ keyId: 'AKIDEXAMPLE', secret, at }, 'User:AKIDEXAMPLE'],
  [{ keyId: 'ASIATEMP', secret, at, session: 'IQoJ/+=' }, 'User:orders-role'],
])('a message signed with the right secret is accepted', async (signing, principal) => {
  const { handshake, session, token } = begin();
  await handshake('AWS_MSK_IAM');
  const answer = await token(mskIamMessage(host, signing));
  expect(answer).toMatchObject({ errorCode: 0, sessionLifetimeMs: 900_000n });
  expect(JSON.parse(Buffer.from(answer.authBytes).toString())).toMatchObject({ version: '2020_10_22' });
  expect(session.principal).toBe(principal);
});

test.each([
  ['another secret', { keyId: 'AKIDEXAMPLE', secret: 'x', at }],
  ['an unknown key', { keyId: 'AKIDOTHER', secret, at }],
  ['no session token', { keyId: 'ASIATEMP', secret, at }],
  ['a session token nobody gave out', { keyId: 'AKIDEXAMPLE', secret, at, session: 'x' }],
  ['a signature that has expired', { keyId: 'AKIDEXAMPLE', secret, at: at - 900_000 }],
  ['a signature from the future', { keyId: 'AKIDEXAMPLE', secret, at: at + 400_000 }],
  ['another service', { keyId: 'AKIDEXAMPLE', secret, at, service: 's3' }],
])('%s is refused, also as a bearer token', async (_what, signing) => {
  const message = begin();
  await message.handshake('AWS_MSK_IAM');
  expect((await message.token(mskIamMessage(host, signing))).errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
  const bearer = begin();
  await bearer.handshake('OAUTHBEARER');
  const told = await bearer.token(bearerMessage(mskToken(host, signing)));
  expect(Buffer.from(told.authBytes).toString()).toBe('{"status":"invalid_token"}');
});

test.each([
  ['another host', (text: string) => text.replace('b-1', 'b-2')],
  ['another action', (text: string) => text.replace(':Connect', ':AlterCluster')],
  ['another version', (text: string) => text.replace('2020_10_22', '2021_01_01')],
  ['no JSON', (text: string) => text.slice(1)],
])('a message changed to %s is refused', async (_what, change) => {
  const { handshake, token } = begin();
  await handshake('AWS_MSK_IAM');
  const message = change(mskIamMessage(host, { keyId: 'AKIDEXAMPLE', secret, at }));
  expect((await token(message)).errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
});

test('the bearer token of a signer is accepted', async () => {
  const { handshake, session, token } = begin();
  await handshake('OAUTHBEARER');
  const signed = mskToken('kafka.eu-central-1.amazonaws.com', { keyId: 'AKIDEXAMPLE', secret, at });
  expect((await token(bearerMessage(signed))).sessionLifetimeMs).toBe(900_000n);
  expect(session.principal).toBe('User:AKIDEXAMPLE');
});
