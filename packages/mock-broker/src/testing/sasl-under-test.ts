import { messages } from '@eventstream/kafka-protocol';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { Session } from '../security/session.ts';
import { clusterUnderTest } from './cluster-under-test.ts';

/** A cluster without sockets, and one connection of a SASL listener to it. */
export function saslUnderTest(options: MockBrokerOptions) {
  const under = clusterUnderTest(options);
  const listener = { name: 'SASL', protocol: 'SASL_PLAINTEXT' } as const;
  const sasl = { mechanisms: under.cluster.security.mechanisms, clock: under.clock };
  const session = new Session(listener, { sasl });
  return {
    under,
    session,
    versions: () => under.call(messages.apiVersions, { version: 0, session }, {}),
    handshake: (mechanism: string, version = 1) =>
      under.call(messages.saslHandshake, { version, session }, { mechanism }),
    token: (text: string | Uint8Array) =>
      under.call(messages.saslAuthenticate, { version: 2, session }, { authBytes: Buffer.from(text) }),
  };
}

/** A token nobody signed. */
export function unsignedToken(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}

/** What an OAUTHBEARER client sends. */
export function bearerMessage(token: string, authorizationId?: string): string {
  return `n,${authorizationId === undefined ? '' : `a=${authorizationId}`},\u0001auth=Bearer ${token}\u0001\u0001`;
}
