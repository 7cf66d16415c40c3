import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { saslUnderTest } from '../testing/sasl-under-test.ts';

const users = { alice: { password: 'secret' } };

test('a mechanism that is offered is taken', async () => {
  const { handshake, session } = saslUnderTest({ users });
  expect(await handshake('PLAIN')).toEqual({
    errorCode: 0,
    mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
  });
  expect(session.state).toBe('authenticating');
});

test('a mechanism that is not offered is refused with those that are, and the connection ends', async () => {
  const { handshake, session } = saslUnderTest({ users, sasl: { mechanisms: ['SCRAM-SHA-512'] } });
  expect(await handshake('PLAIN')).toEqual({
    errorCode: errorCodes.UNSUPPORTED_SASL_MECHANISM,
    mechanisms: ['SCRAM-SHA-512'],
  });
  expect(session.state).toBe('failed');
});

test('ApiVersions may be asked once before it', async () => {
  const { handshake, versions } = saslUnderTest({ users });
  expect((await versions()).errorCode).toBe(0);
  await expect(versions()).rejects.toThrow('no answer: close');
  expect((await handshake('PLAIN')).errorCode).toBe(0);
});

test('an ApiVersions that was refused does not count', async () => {
  const { under, session, versions } = saslUnderTest({ users });
  const nameless = { clientSoftwareName: '', clientSoftwareVersion: '' };
  const refused = await under.call(messages.apiVersions, { version: 3, session }, nameless);
  expect(refused.errorCode).toBe(errorCodes.INVALID_REQUEST);
  expect((await versions()).errorCode).toBe(0);
});

test('anything else ends the connection without an answer', async () => {
  const { under, session, token } = saslUnderTest({ users });
  const asked = under.call(messages.metadata, { version: 9, session }, { topics: null });
  await expect(asked).rejects.toThrow('no answer: close');
  await expect(token('\0alice\0secret')).rejects.toThrow('no answer: close');
});

test('it is out of place where nobody has to authenticate', async () => {
  const answer = await clusterUnderTest().call(messages.saslHandshake, { version: 1 }, { mechanism: 'PLAIN' });
  expect(answer).toEqual({ errorCode: errorCodes.ILLEGAL_SASL_STATE, mechanisms: [] });
});

test('it is out of place once authenticated, when the session has no end', async () => {
  const { handshake, session, token } = saslUnderTest({ users });
  await handshake('PLAIN');
  await token('\0alice\0secret');
  expect((await handshake('PLAIN')).errorCode).toBe(errorCodes.ILLEGAL_SASL_STATE);
  expect(session.state).toBe('authenticated');
});
