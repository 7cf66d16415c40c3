import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { kafka } from '../kafka-transport.ts';
import type { SaslOptions } from '../options.ts';
import { resourceCount } from '../testing/left-behind.ts';
import { signedPayload, startSaslCluster, unsignedToken } from '../testing/sasl-cluster.ts';

const passwords = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const withPassword = (mechanism: (typeof passwords)[number], password: string): SaslOptions => ({
  mechanism,
  username: 'alice',
  password,
});
const bearer = (token: () => unknown): SaslOptions => ({
  mechanism: 'oauthbearer',
  token: token as () => Promise<string>,
});
const signed = (secret: string, at = Date.now()): SaslOptions => ({
  mechanism: 'aws-msk-iam',
  payload: async (broker) => signedPayload(broker, secret, at),
});

const day = 86_400_000;

test.each([
  ...passwords.map((mechanism) => withPassword(mechanism, 'secret')),
  bearer(async () => unsignedToken(60)),
  signed('aws-secret'),
])('$mechanism with what is right is let in', async (sasl) => {
  await using broker = await startSaslCluster();
  const transport = kafka({ brokers: broker.brokers, sasl });
  await transport.connect();
  const orders = await transport.topic('orders');
  expect(await orders.append(0, null, 'v', [], 1)).toMatchObject({ offset: 0 });
  await transport.close();
});

const never = () => new Promise(() => undefined);
const refusals: readonly (readonly [name: string, sasl: SaslOptions, told: string])[] = [
  ...passwords.map((mechanism) => [`${mechanism}, wrong password`, withPassword(mechanism, 'no'), 'password'] as const),
  ['a token that has expired', bearer(async () => unsignedToken(-1)), 'SASL_AUTHENTICATION_FAILED'],
  ['a token that is none', bearer(async () => 'no.token'), 'SASL_AUTHENTICATION_FAILED'],
  ['a payload with another secret', signed('no'), 'SASL_AUTHENTICATION_FAILED'],
  ['a payload that has expired', signed('aws-secret', Date.now() - day), 'SASL_AUTHENTICATION_FAILED'],
  ['a callback that rejects', bearer(() => Promise.reject(new Error('no network'))), 'no network'],
  [
    'a callback that throws',
    bearer(() => {
      throw new Error('at once');
    }),
    'at once',
  ],
  ['a callback that gives nothing', bearer(async () => undefined), 'gave undefined'],
  ['a callback that gives an object', bearer(async () => ({})), 'no bearer token'],
  ['a callback that gives an empty text', bearer(async () => ''), 'no bearer token'],
  ['a token with a separator in it', bearer(async () => 'a\u0001auth=b'), 'no bearer token'],
  ['a callback that never answers', bearer(never), 'gave nothing within'],
  ['a payload that is none', { mechanism: 'aws-msk-iam', payload: async () => null as never }, 'no signed payload'],
  ['a payload that never comes', { mechanism: 'aws-msk-iam', payload: never as never }, 'gave nothing within'],
];

test.each(refusals)('%s is told of in time, and nothing is left', async (_, sasl, told) => {
  await using broker = await startSaslCluster();
  const leftBehind = resourceCount();
  const transport = kafka({ brokers: broker.brokers, sasl, connectTimeout: '1s' });
  const began = performance.now();
  const error = await transport.connect().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'authentication-failed', message: expect.stringContaining(told) });
  expect((error as Error).message).toContain('Check sasl');
  expect(performance.now() - began).toBeLessThan(1400);
  await expect.poll(leftBehind).toEqual({});
});

test('a mechanism that is not offered is named beside those that are', async () => {
  await using broker = await startSaslCluster({ mechanisms: ['SCRAM-SHA-512'] });
  const transport = kafka({ brokers: broker.brokers, sasl: withPassword('plain', 'secret') });
  await expect(transport.connect()).rejects.toMatchObject({
    code: 'authentication-failed',
    message: expect.stringMatching(/PLAIN is not offered.*SCRAM-SHA-512.*Check sasl.mechanism/),
  });
});

test('a token that the key of the cluster has signed is good, one of another key is not', async () => {
  const keys = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const jwk = { ...keys[0]?.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' };
  await using broker = await startSaslCluster({ oauth: { jwks: { keys: [jwk] } as never } });
  const outcomes = keys.map(async ({ privateKey: key }) => {
    const [, claims] = unsignedToken(60).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'k' })).toString('base64url');
    const signature = createSign('sha256').update(`${header}.${claims}`).sign({ key, dsaEncoding: 'ieee-p1363' });
    const token = async () => `${header}.${claims}.${signature.toString('base64url')}`;
    const transport = kafka({ brokers: broker.brokers, sasl: bearer(token) });
    return transport.connect().then(
      () => transport.close().then(() => 'in'),
      (error: { code: string }) => error.code,
    );
  });
  expect(await Promise.all(outcomes)).toEqual(['in', 'authentication-failed']);
});

test.each(['scram-sha-256', 'scram-sha-512'] as const)(
  'a broker that cannot prove that it knows the password of %s is refused',
  async (mechanism) => {
    await using broker = await startSaslCluster();
    broker.faults
      .on('SaslAuthenticate')
      .nth(2)
      .reply((answer) => ({ ...answer, authBytes: Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`) }));
    const transport = kafka({ brokers: broker.brokers, sasl: withPassword(mechanism, 'secret') });
    await expect(transport.connect()).rejects.toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining('could not prove'),
    });
  },
);

test('sessions are renewed while records flow, over the same connection, and nothing is sent twice', async () => {
  await using broker = await startSaslCluster({ maxReauthMs: 1300 });
  let tokens = 0;
  // Three are shown to begin with: to the bootstrap broker, for questions and for records.
  const failing = new Set([4]);
  const token = async () => {
    tokens += 1;
    if (failing.has(tokens)) throw new Error('the provider is away');
    return unsignedToken(60);
  };
  const transport = kafka({ brokers: broker.brokers, sasl: bearer(token) });
  const ended: string[] = [];
  transport.moments.on('transport.log', ({ message }) => ended.push(message));
  await transport.connect();
  const orders = await transport.topic('orders');
  const receipts: { readonly offset: number; readonly attempts: number }[] = [];
  while (tokens < 8) receipts.push(await orders.append(0, null, `${receipts.length}`, [], 1));
  expect(receipts.every(({ offset, attempts }, index) => offset === index && attempts === 1)).toBe(true);
  expect(ended.filter((message) => /renew|broker closed/.test(message))).toEqual([]);
  await transport.close();
});
