import { readFileSync } from 'node:fs';
import type { SecurityProtocol } from '../cluster/listener-options.ts';
import type { MockBrokerOptions } from '../cluster/options.ts';
import type { UserOptions } from '../security/users.ts';
import { UsageError } from './usage-error.ts';

/** What the command line says about who may come in, and how. */
export type SecurityArguments = {
  readonly sasl?: string | undefined;
  readonly user?: readonly string[] | undefined;
  readonly tls?: string | undefined;
};

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const;

/** The options of a listener that speaks TLS, SASL, both or neither. @throws UsageError */
export function readSecurity({ sasl, user = [], tls }: SecurityArguments): MockBrokerOptions {
  if (sasl === undefined && user.length > 0) {
    throw new UsageError('--user is of no use without --sasl: give --sasl plain or --sasl scram-sha-256, too.');
  }
  if (sasl !== undefined && user.length === 0) {
    throw new UsageError('--sasl lets nobody in without users: give --user name:password, once for each.');
  }
  if (sasl === undefined && tls === undefined) return {};
  const wire = tls === undefined ? 'PLAINTEXT' : 'SSL';
  const protocol: SecurityProtocol = sasl === undefined ? wire : `SASL_${wire}`;
  return {
    listeners: [{ protocol }],
    ...(sasl === undefined ? {} : { sasl: { mechanisms: sasl.split(',').map(mechanism) }, users: readUsers(user) }),
    ...(tls === undefined ? {} : { tls: readPem(tls) }),
  };
}

function mechanism(given: string) {
  const found = Object.entries(mechanisms).find(([name]) => name === given.trim().toLowerCase());
  if (found) return found[1];
  throw new UsageError(`--sasl ${given} is not known: use ${Object.keys(mechanisms).join(', ')}.`);
}

function readUsers(given: readonly string[]): Record<string, UserOptions> {
  const users = given.map((user) => {
    const colon = user.indexOf(':');
    if (colon > 0) return [user.slice(0, colon), { password: user.slice(colon + 1) }] as const;
    throw new UsageError('--user has to be name:password, such as alice:secret.');
  });
  return Object.fromEntries(users);
}

function readPem(given: string): { cert: Buffer; key: Buffer } {
  const [cert, key, ...more] = given.split(',');
  if (!cert || !key || more.length > 0) {
    throw new UsageError('--tls has to be two PEM files, such as --tls broker.pem,broker.key.');
  }
  return { cert: read(cert), key: read(key) };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--tls: ${file} cannot be read: ${(error as Error).message}.`);
  }
}
