import type { SaslMechanism } from './mechanism.ts';

/** PLAIN (RFC 4616): user name and password as they are. Use it over TLS only. */
export function plain(username: string, password: string): SaslMechanism {
  return {
    name: 'PLAIN',
    begin: () => ({ start: () => Buffer.from(`\0${username}\0${password}`), next: () => undefined }),
  };
}
