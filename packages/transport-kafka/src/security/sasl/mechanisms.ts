import type { SaslOptions } from '../../options.ts';
import { bearer } from './bearer.ts';
import type { SaslMechanism } from './mechanism.ts';
import { plain } from './plain.ts';
import { scram } from './scram.ts';

/** The mechanism that options ask for. */
export function mechanismOf(options: SaslOptions): SaslMechanism {
  switch (options.mechanism) {
    case 'plain':
      return plain(options.username, options.password);
    case 'scram-sha-256':
      return scram('SCRAM-SHA-256', options.username, options.password);
    case 'scram-sha-512':
      return scram('SCRAM-SHA-512', options.username, options.password);
    case 'oauthbearer':
      return bearer(options.token, options.extensions ?? {});
    case 'aws-msk-iam':
      return {
        name: 'AWS_MSK_IAM',
        begin: (broker) => ({
          async start() {
            const payload: unknown = await options.payload(broker);
            const usable = typeof payload === 'object' && payload !== null && Object.keys(payload).length > 0;
            if (!usable) throw new Error(`sasl.payload gave ${String(payload)}, which is no signed payload`);
            return Buffer.from(JSON.stringify(payload));
          },
          next: () => undefined,
        }),
      };
  }
}
