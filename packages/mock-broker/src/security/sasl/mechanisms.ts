import type { Clock } from '../../time/clock.ts';
import type { Users } from '../users.ts';
import { awsMskIam, verifyAwsToken } from './aws-msk-iam.ts';
import { BearerTokens, type OAuthOptions } from './bearer-token.ts';
import type { SaslExchange } from './exchange.ts';
import { oauthBearer } from './oauthbearer.ts';
import { plain } from './plain.ts';
import { scram } from './scram.ts';
import type { AwsCredential } from './sigv4.ts';

/** The mechanisms this broker knows. */
export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER' | 'AWS_MSK_IAM';

/** How clients of SASL listeners authenticate, besides `users`. */
export type SaslOptions = {
  /** Which mechanisms are offered. Default: PLAIN and SCRAM, with `oauth` or `aws` also OAUTHBEARER, with `aws` AWS_MSK_IAM. */
  readonly mechanisms?: readonly SaslMechanism[];
  /** Which bearer tokens are good; `{}` takes unsigned ones. */
  readonly oauth?: OAuthOptions;
  /** AWS credentials by access key id, for AWS_MSK_IAM and the bearer tokens of AWS's signers. */
  readonly aws?: Readonly<Record<string, AwsCredential>>;
  /** After how many ms clients have to authenticate again (KIP-368). Default: never, unless a token expires. */
  readonly maxReauthMs?: number;
};

/** What the mechanisms need. */
export type SaslParts = {
  readonly options: SaslOptions;
  readonly users: Users;
  readonly clock: Clock;
  readonly newId: () => string;
};

/** The mechanisms of a cluster. */
export class Mechanisms {
  readonly #parts: SaslParts;
  readonly #tokens: BearerTokens | undefined;
  /** Names of those offered, as a refused handshake lists them. */
  readonly names: readonly string[];
  readonly maxReauthMs: number;

  constructor(parts: SaslParts) {
    this.#parts = parts;
    const { mechanisms, oauth, aws, maxReauthMs = 0 } = parts.options;
    this.#tokens = oauth && new BearerTokens(oauth);
    this.names = mechanisms ?? [
      'PLAIN',
      'SCRAM-SHA-256',
      'SCRAM-SHA-512',
      ...(oauth || aws ? ['OAUTHBEARER'] : []),
      ...(aws ? ['AWS_MSK_IAM'] : []),
    ];
    this.maxReauthMs = maxReauthMs;
  }

  /** Begins an authentication; `undefined` for a mechanism that is not offered. */
  begin(name: string): SaslExchange | undefined {
    if (!this.names.includes(name)) return undefined;
    const { clock, newId, options, users } = this.#parts;
    switch (name) {
      case 'PLAIN':
        return plain(users);
      case 'SCRAM-SHA-256':
      case 'SCRAM-SHA-512':
        return scram(name, users, newId);
      case 'OAUTHBEARER':
        return oauthBearer((token) => this.#verifyToken(token));
      case 'AWS_MSK_IAM':
        return awsMskIam({ credentials: options.aws ?? {}, clock }, newId);
      default:
        return undefined;
    }
  }

  async #verifyToken(token: string) {
    const { clock, options } = this.#parts;
    const caller = options.aws && verifyAwsToken(token, { credentials: options.aws, clock });
    return caller ?? this.#tokens?.verify(token, clock.now());
  }
}
