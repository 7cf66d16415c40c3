import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/** A key of a JSON Web Key Set (RFC 7517). */
export type Jwk = JsonWebKey & { readonly kid?: string; readonly alg?: string };

/** Public keys, as an identity provider publishes them. */
export type Jwks = { readonly keys: readonly Jwk[] };

/** A token taken apart; nothing in it is verified yet. */
export type Jws = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
};

/** Takes a compact token apart (RFC 7515); `undefined` when it is none. */
export function parseJws(token: string): Jws | undefined {
  const parts = token.split('.');
  const [header = '', claims = '', signature = ''] = parts;
  const readHeader = readObject(header);
  const readClaims = readObject(claims);
  if (parts.length !== 3 || !readHeader || !readClaims) return undefined;
  const signed = `${header}.${claims}`;
  return { header: readHeader, claims: readClaims, signed, signature: Buffer.from(signature, 'base64url') };
}

/** Whether one of `keys` made the signature, by RS256 or ES256. */
export function signedByOneOf({ header, signed, signature }: Jws, { keys }: Jwks): boolean {
  const { alg, kid } = header;
  if (alg !== 'RS256' && alg !== 'ES256') return false;
  const kty = alg === 'RS256' ? 'RSA' : 'EC';
  const fitting = keys.filter(
    (key) => key.kty === kty && (kid === undefined || key.kid === kid) && (key.alg === undefined || key.alg === alg),
  );
  return fitting.some((jwk) => {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
  });
}

function readObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
