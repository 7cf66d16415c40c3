import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { bearerMessage, unsignedToken } from '../../testing/sasl-under-test.ts';
import { BearerTokens, type OAuthOptions } from './bearer-token.ts';
import type { Jwk, Jwks } from './jws.ts';
import { oauthBearer } from './oauthbearer.ts';

const NOW = Date.UTC(2026, 0, 1);
const good = { sub: 'alice', exp: NOW / 1000 + 60, iss: 'https://id.example', aud: ['kafka', 'other'] };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks: Jwks = {
  keys: [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r', alg: 'RS256' } as Jwk,
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e' } as Jwk,
  ],
};

function signed(alg: 'RS256' | 'ES256', claims: object, kid?: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg, ...(kid ? { kid } : {}) })}.${encode(claims)}`;
  const key = alg === 'RS256' ? rsa.privateKey : ec.privateKey;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const verify = (options: OAuthOptions, token: string, now = NOW) => new BearerTokens(options).verify(token, now);

test('without keys, an unsigned token is good', async () => {
  expect(await verify({}, unsignedToken(good))).toEqual({ user: 'alice', expiresAt: NOW + 60_000 });
});

test.each(['RS256', 'ES256'] as const)('%s is verified', async (alg) => {
  expect(await verify({ jwks }, signed(alg, good))).toMatchObject({ user: 'alice' });
  const [header, , signature] = signed(alg, good).split('.');
  const forged = Buffer.from(JSON.stringify({ ...good, sub: 'admin' })).toString('base64url');
  expect(await verify({ jwks }, `${header}.${forged}.${signature}`)).toBeUndefined();
});

test.each([
  ['unsigned although there are keys', { jwks }, unsignedToken(good)],
  ['signed although there are none', {}, signed('RS256', good)],
  ['signed by a key nobody knows', { jwks: { keys: [] } }, signed('RS256', good)],
  ['naming another key', { jwks }, signed('RS256', good, 'other')],
  ['expired', {}, unsignedToken({ ...good, exp: NOW / 1000 })],
  ['not good yet', {}, unsignedToken({ ...good, nbf: NOW / 1000 + 1 })],
  ['without an end', {}, unsignedToken({ sub: 'alice' })],
  ['without a user', {}, unsignedToken({ exp: good.exp })],
  ['of another issuer', { issuer: 'https://else.example' }, unsignedToken(good)],
  ['for somebody else', { audience: 'billing' }, unsignedToken(good)],
  ['not a token', {}, 'abc'],
  ['not JSON', {}, 'a.b.c'],
])('a token that is %s is not', async (_why, options, token) => {
  expect(await verify(options, token)).toBeUndefined();
});

test('issuer, audience, claim and clock skew are looked at', async () => {
  const options = { issuer: 'https://id.example', audience: 'kafka', userClaim: 'iss', clockSkewMs: 10 };
  expect(await verify(options, unsignedToken(good), NOW + 60_009)).toMatchObject({ user: 'https://id.example' });
});

test('keys are fetched once, and again for a key id not seen yet', async () => {
  const fetchJwks = vi.fn(async () => jwks);
  const tokens = new BearerTokens({ fetchJwks });
  await tokens.verify(signed('RS256', good, 'r'), NOW);
  await tokens.verify(signed('ES256', good, 'e'), NOW);
  expect(fetchJwks).toHaveBeenCalledTimes(1);
  await tokens.verify(signed('ES256', good, 'new'), NOW);
  expect(fetchJwks).toHaveBeenCalledTimes(2);
});

test('keys that cannot be fetched now may be later', async () => {
  const fetchJwks = vi.fn(async () => jwks).mockRejectedValueOnce(new Error('away'));
  const tokens = new BearerTokens({ fetchJwks });
  await expect(tokens.verify(signed('RS256', good), NOW)).rejects.toThrow('away');
  expect(await tokens.verify(signed('RS256', good), NOW)).toMatchObject({ user: 'alice' });
});

const exchange = () => oauthBearer((token) => verify({}, token));

test('a token that is not good is told as JSON first, then refused', async () => {
  const { respond } = exchange();
  const told = await respond(Buffer.from(bearerMessage('abc')));
  expect(told).toEqual({ kind: 'continue', token: Buffer.from('{"status":"invalid_token"}') });
  expect(await respond(Buffer.of(1))).toEqual({ kind: 'refuse', message: '{"status":"invalid_token"}' });
});

test('extensions beside the token do not disturb', async () => {
  const token = unsignedToken(good);
  const message = Buffer.from(`n,a=alice,\u0001traceId=1\u0001auth=Bearer ${token}\u0001x=y\u0001\u0001`);
  expect(await exchange().respond(message)).toMatchObject({ kind: 'accept', user: 'alice' });
});

test.each([
  ['hello', {}],
  [bearerMessage(unsignedToken(good), 'bob'), { message: expect.stringContaining('authorization id (bob)') }],
])('%j is refused', async (message, more) => {
  expect(await exchange().respond(Buffer.from(message))).toMatchObject({ kind: 'refuse', ...more });
});
