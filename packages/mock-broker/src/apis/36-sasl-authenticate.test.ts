import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { startMockBroker } from '../broker.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { rawClient } from '../testing/raw-client.ts';
import { bearerMessage, saslUnderTest, unsignedToken } from '../testing/sasl-under-test.ts';
import { scramClient } from '../testing/scram-client.ts';

const users = { alice: { password: 'secret' }, 'a,b=c': { password: 'p' }, bob: { password: 'b' } };
const general = (mechanism: string) =>
  `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`;

describe('PLAIN', () => {
  test('the right password', async () => {
    const { handshake, session, token } = saslUnderTest({ users });
    await handshake('PLAIN');
    expect(session.principal).toBe('User:ANONYMOUS');
    expect(await token('\0alice\0secret')).toMatchObject({ errorCode: 0, errorMessage: '', sessionLifetimeMs: 0n });
    expect(session.principal).toBe('User:alice');
  });

  test.each([
    ['\0alice\0wrong', 'Authentication failed: Invalid username or password'],
    ['\0nobody\0secret', 'Authentication failed: Invalid username or password'],
    [
      'bob\0alice\0secret',
      'Authentication failed: Client requested an authorization id that is different from username',
    ],
    ['\0\0secret', 'Authentication failed: username not specified'],
    ['\0alice\0', 'Authentication failed: password not specified'],
    ['alice\0secret', 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
  ])('%j is refused', async (text, errorMessage) => {
    const { handshake, session, token } = saslUnderTest({ users });
    await handshake('PLAIN');
    expect(await token(text)).toMatchObject({ errorCode: errorCodes.SASL_AUTHENTICATION_FAILED, errorMessage });
    expect(session.state).toBe('failed');
    expect(session.principal).toBe('User:ANONYMOUS');
  });

  test('a user whose password is for other mechanisms', async () => {
    const { handshake, token } = saslUnderTest({ users: { alice: { password: 's', mechanisms: ['SCRAM-SHA-256'] } } });
    await handshake('PLAIN');
    expect((await token('\0alice\0s')).errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
  });
});

describe.each([
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-512', 'sha512'],
] as const)('%s', (mechanism, hash) => {
  test.each([
    ['alice', 'secret'],
    ['a,b=c', 'p'],
  ])('%s proves to know the password, and so does the broker', async (user, password) => {
    const { handshake, session, token } = saslUnderTest({ users });
    const client = scramClient(user, password, hash);
    await handshake(mechanism);
    const { message, verifier } = client.final((await token(client.first)).authBytes);
    const last = await token(message);
    expect(Buffer.from(last.authBytes).toString()).toBe(verifier);
    expect(session.principal).toBe(`User:${user}`);
  });

  test('a wrong password is refused at the proof', async () => {
    const { handshake, session, token } = saslUnderTest({ users });
    const client = scramClient('alice', 'wrong', hash);
    await handshake(mechanism);
    const challenge = await token(client.first);
    expect(challenge.errorCode).toBe(0);
    expect(await token(client.final(challenge.authBytes).message)).toMatchObject({
      errorCode: errorCodes.SASL_AUTHENTICATION_FAILED,
      errorMessage: general(mechanism),
    });
    expect(session.state).toBe('failed');
  });

  test.each([
    ['an unknown user', scramClient('nobody', 'secret', hash).first],
    ['nonsense', Buffer.from('hello')],
    ['another authorization id', scramClient('alice', 'secret', hash, 'bob').first],
  ])('%s is refused at once', async (_what, first) => {
    const { handshake, token } = saslUnderTest({ users });
    await handshake(mechanism);
    expect((await token(first)).errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
  });

  test('a proof of another exchange is refused', async () => {
    const { handshake, token } = saslUnderTest({ users });
    const client = scramClient('alice', 'secret', hash);
    await handshake(mechanism);
    const challenge = Buffer.from((await token(client.first)).authBytes);
    const replayed = client.final(Buffer.from(challenge.toString().replace('r=', 'r=x'))).message;
    expect((await token(replayed)).errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
  });
});

describe('the session', () => {
  const oauth = { sasl: { oauth: {} } };

  async function authenticated(sub = 'alice', seconds = 100) {
    const given = saslUnderTest({ users, ...oauth });
    const exp = given.under.clock.now() / 1000 + seconds;
    await given.handshake('OAUTHBEARER');
    return { ...given, answer: await given.token(bearerMessage(unsignedToken({ sub, exp }))), exp };
  }

  test('lives as long as the token, and what comes later ends the connection', async () => {
    const { answer, under, versions } = await authenticated();
    expect(answer.sessionLifetimeMs).toBe(100_000n);
    under.clock.advance(100_000);
    expect((await versions()).errorCode).toBe(0);
    under.clock.advance(1);
    await expect(versions()).rejects.toThrow('no answer: close');
  });

  test('lives no longer than the cluster allows', async () => {
    const given = saslUnderTest({ users, sasl: { maxReauthMs: 5000 } });
    await given.handshake('PLAIN');
    expect((await given.token('\0alice\0secret')).sessionLifetimeMs).toBe(5000n);
    given.under.clock.advance(5001);
    await expect(given.versions()).rejects.toThrow('no answer: close');
  });

  test('is renewed, even after its end, by authenticating again', async () => {
    const { handshake, session, token, under, versions } = await authenticated();
    under.clock.advance(200_000);
    expect((await handshake('OAUTHBEARER')).errorCode).toBe(0);
    const exp = under.clock.now() / 1000 + 50;
    expect((await token(bearerMessage(unsignedToken({ sub: 'alice', exp })))).sessionLifetimeMs).toBe(50_000n);
    expect(session.state).toBe('authenticated');
    expect((await versions()).errorCode).toBe(0);
  });

  test('is not renewed twice within a second', async () => {
    const { exp, handshake, token, under } = await authenticated();
    await handshake('OAUTHBEARER');
    await token(bearerMessage(unsignedToken({ sub: 'alice', exp })));
    expect((await handshake('OAUTHBEARER')).errorCode).toBe(errorCodes.ILLEGAL_SASL_STATE);
    under.clock.advance(1000);
    expect((await handshake('OAUTHBEARER')).errorCode).toBe(0);
  });

  test('keeps its user', async () => {
    const { exp, handshake, session, token } = await authenticated();
    await handshake('OAUTHBEARER');
    expect(await token(bearerMessage(unsignedToken({ sub: 'bob', exp })))).toMatchObject({
      errorCode: errorCodes.SASL_AUTHENTICATION_FAILED,
      errorMessage: 'Cannot change principals during re-authentication from User.alice: User.bob',
    });
    expect(session.principal).toBe('User:alice');
  });

  test('keeps its mechanism', async () => {
    const { handshake, token } = await authenticated();
    expect((await handshake('PLAIN')).errorCode).toBe(0);
    await expect(token('\0alice\0secret')).rejects.toThrow('no answer: close');
  });

  test('refuses other requests while it is renewed, and ends', async () => {
    const { handshake, session, under } = await authenticated();
    await handshake('OAUTHBEARER');
    const topics = [{ name: 't' }];
    const answer = await under.call(messages.metadata, { version: 9, session }, { topics });
    expect(answer.topics[0]?.errorCode).toBe(errorCodes.ILLEGAL_SASL_STATE);
  });
});

test('where nobody has to authenticate, it is out of place', async () => {
  const answer = await clusterUnderTest().call(messages.saslAuthenticate, { version: 2 }, { authBytes: Buffer.of(0) });
  expect(answer.errorCode).toBe(errorCodes.ILLEGAL_SASL_STATE);
});

describe('over TCP', () => {
  const start = () => startMockBroker({ listeners: [{ protocol: 'SASL_PLAINTEXT' }], users });

  test('a refusal arrives before the connection ends', async () => {
    await using broker = await start();
    await using client = await rawClient(broker.nodes[0]!.port);
    await client.call(messages.saslHandshake, 1, { mechanism: 'PLAIN' });
    const answer = await client.call(messages.saslAuthenticate, 2, { authBytes: Buffer.from('\0alice\0x') });
    expect(answer.errorCode).toBe(errorCodes.SASL_AUTHENTICATION_FAILED);
    await client.ended;
  });

  test('a request in between is refused in its own words before the connection ends', async () => {
    await using broker = await start();
    await using client = await rawClient(broker.nodes[0]!.port);
    await client.call(messages.saslHandshake, 1, { mechanism: 'PLAIN' });
    const { errorCode } = await client.call(messages.apiVersions, 0, {});
    expect(errorCode).toBe(errorCodes.ILLEGAL_SASL_STATE);
    await client.ended;
  });

  test('after version 0 of the handshake, tokens have no header', async () => {
    await using broker = await start();
    await using client = await rawClient(broker.nodes[0]!.port);
    await client.call(messages.saslHandshake, 0, { mechanism: 'PLAIN' });
    expect(await client.bare(Buffer.from('\0alice\0secret'))).toHaveLength(0);
    expect((await client.call(messages.metadata, 9, { topics: null })).brokers).toHaveLength(1);
  });

  test('a bare token that is refused has no answer', async () => {
    await using broker = await start();
    await using client = await rawClient(broker.nodes[0]!.port);
    await client.call(messages.saslHandshake, 0, { mechanism: 'PLAIN' });
    await expect(client.bare(Buffer.from('\0alice\0wrong'))).rejects.toThrow('the connection was closed');
  });
});
