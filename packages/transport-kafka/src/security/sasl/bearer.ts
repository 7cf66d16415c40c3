import type { SaslMechanism } from './mechanism.ts';

const separator = '\x01';
/** RFC 6750, section 2.1. Anything else would end the message early, or carry something of its own into it. */
const shape = /^[A-Za-z0-9\-._~+/]+=*$/;

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
        const given: unknown = await token();
        if (typeof given !== 'string' || !shape.test(given)) {
          const what = typeof given === 'string' ? `a text of ${given.length} characters` : String(given);
          throw new Error(`sasl.token gave ${what}, which is no bearer token`);
        }
        return Buffer.from(`n,,${separator}auth=Bearer ${given}${separator}${pairs.join('')}${separator}`);
      },
      // A refusal comes as a challenge; the answer to it, one separator, lets the broker finish (RFC 7628, section 3.2.3).
      next: (challenge) => (challenge.length === 0 ? undefined : Buffer.from(separator)),
    }),
  };
}
