import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** SCRAM by its hash function. */
export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** Kafka's numbers of the mechanisms. */
export const scramNumbers: Readonly<Record<ScramMechanism, number>> = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 };

/** What a server keeps instead of a password (RFC 5802). */
export type ScramCredential = {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
};

type Salting = { readonly salt: Uint8Array; readonly iterations: number };

/** The name of the hash function in node:crypto. */
export function hashOf(mechanism: ScramMechanism): 'sha256' | 'sha512' {
  return mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
}

/** The salted password, the last thing from which keys can be made by anybody. */
export function saltPassword(mechanism: ScramMechanism, password: string, { salt, iterations }: Salting): Buffer {
  const bytes = mechanism === 'SCRAM-SHA-256' ? 32 : 64;
  return pbkdf2Sync(password.normalize('NFKC'), salt, iterations, bytes, hashOf(mechanism));
}

/** What to keep of a salted password. */
export function toCredential(mechanism: ScramMechanism, salted: Uint8Array, salting: Salting): ScramCredential {
  const hash = hashOf(mechanism);
  const clientKey = createHmac(hash, salted).update('Client Key').digest();
  return {
    salt: Buffer.from(salting.salt),
    iterations: salting.iterations,
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: createHmac(hash, salted).update('Server Key').digest(),
  };
}
