import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { SaslExchange, SaslMechanism } from './mechanism.ts';

const derive = promisify(pbkdf2);
const hashes = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;

/** The least work RFC 7677 asks of a server; fewer rounds would give the password away to whoever poses as the broker. */
const leastIterations = 4096;
/** Half a second of one core. Kafka itself sets at most 16,384. */
const mostIterations = 1_000_000;

const gs2Header = 'n,,';

/** SCRAM (RFC 5802, 7677): both sides prove that they know the password, and neither sends it. */
export function scram(name: keyof typeof hashes, username: string, password: string): SaslMechanism {
  return { name, begin: () => exchange(hashes[name], username, password) };
}

function exchange(hash: 'sha256' | 'sha512', username: string, password: string): SaslExchange {
  const nonce = randomBytes(24).toString('base64');
  const bare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  let expected: Buffer | undefined;
  return {
    start: () => Buffer.from(gs2Header + bare),
    async next(challenge) {
      const text = Buffer.from(challenge).toString('utf8');
      if (expected !== undefined) {
        verify(text, expected);
        return undefined;
      }
      const server = readChallenge(text, nonce);
      const salted = await derive(
        password.normalize('NFKC'),
        Buffer.from(server.salt, 'base64'),
        server.iterations,
        hash === 'sha256' ? 32 : 64,
        hash,
      );
      const final = `c=${Buffer.from(gs2Header).toString('base64')},r=${server.nonce}`;
      const covered = `${bare},${text},${final}`;
      const clientKey = createHmac(hash, salted).update('Client Key').digest();
      const storedKey = createHash(hash).update(clientKey).digest();
      const signature = createHmac(hash, storedKey).update(covered).digest();
      const proof = clientKey.map((byte, at) => byte ^ (signature[at] as number));
      const serverKey = createHmac(hash, salted).update('Server Key').digest();
      expected = createHmac(hash, serverKey).update(covered).digest();
      return Buffer.from(`${final},p=${Buffer.from(proof).toString('base64')}`);
    },
  };
}

function readChallenge(text: string, ours: string) {
  const { nonce, salt, rounds } =
    /^r=(?<nonce>[^,]+),s=(?<salt>[A-Za-z0-9+/=]+),i=(?<rounds>\d+)/.exec(text)?.groups ?? {};
  if (nonce === undefined || salt === undefined || rounds === undefined) {
    throw new Error('The broker sent a SCRAM challenge that cannot be read.');
  }
  if (!nonce.startsWith(ours) || nonce === ours) throw new Error('The broker answered a SCRAM nonce that is not ours.');
  const iterations = Number(rounds);
  if (iterations < leastIterations || iterations > mostIterations) {
    throw new Error(
      `The broker asks for ${rounds} SCRAM iterations; ${leastIterations} to ${mostIterations} are accepted.`,
    );
  }
  return { nonce, salt, iterations };
}

function verify(text: string, expected: Buffer): void {
  const { signature, error } = /^(?:v=(?<signature>[A-Za-z0-9+/=]+)|e=(?<error>.+))/.exec(text)?.groups ?? {};
  if (error !== undefined) throw new Error(`The broker refused the SCRAM proof: ${error}.`);
  const given = Buffer.from(signature ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error('The broker could not prove that it knows the password; it may be somebody else.');
  }
}
