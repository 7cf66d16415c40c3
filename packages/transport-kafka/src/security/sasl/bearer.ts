import type { SaslMechanism } from './mechanism.ts';

const separator = '\x01';

/**
 * OAUTHBEARER (RFC 7628): a token of an identity provider, asked for anew in every run. Also how AWS MSK IAM is spoken to by
 * clients that bring its token.
 */
export function bearer(token: () => Promise<string>, extensions: Readonly<Record<string, string>>): SaslMechanism {
  const pairs = Object.entries(extensions).map(([name, value]) => `${name}=${value}${separator}`);
  return {
    name: 'OAUTHBEARER',
    begin: () => ({
      async start() {
        return Buffer.from(`n,,${separator}auth=Bearer ${await token()}${separator}${pairs.join('')}${separator}`);
      },
      // A refusal comes as a challenge; the answer to it, one separator, lets the broker finish (RFC 7628, section 3.2.3).
      next: (challenge) => (challenge.length === 0 ? undefined : Buffer.from(separator)),
    }),
  };
}
