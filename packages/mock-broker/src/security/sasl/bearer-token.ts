import { type Jwks, type Jws, parseJws, signedByOneOf } from './jws.ts';

/** Which bearer tokens are good. Without keys, unsigned ones are (`alg: none`), as in Kafka's own test mode, and signed ones are not. */
export type OAuthOptions = {
  /** The keys tokens are signed with, RS256 or ES256. */
  readonly jwks?: Jwks;
  /** Where to get keys from instead; called for the first token, and again for one with a key id not seen yet. What it throws ends the connection and is an unhandled rejection. */
  readonly fetchJwks?: () => Promise<Jwks>;
  /** What `iss` has to be. Default: not looked at. */
  readonly issuer?: string;
  /** What `aud` has to be or contain. Default: not looked at. */
  readonly audience?: string;
  /** The claim that names the user. Default `sub`. */
  readonly userClaim?: string;
  /** How far clocks may be apart, in ms. Default 0. */
  readonly clockSkewMs?: number;
};

/** Whom a token names and until when. */
export type Bearer = { readonly user: string; readonly expiresAt: number };

/** Verifies bearer tokens; remembers fetched keys. */
export class BearerTokens {
  readonly #options: OAuthOptions;
  #fetched: Promise<Jwks> | undefined;

  constructor(options: OAuthOptions) {
    this.#options = options;
  }

  /** Who the token is from, or `undefined` when it is not good. */
  async verify(token: string, now: number): Promise<Bearer | undefined> {
    const jws = parseJws(token);
    if (!jws || !(await this.#genuine(jws))) return undefined;
    const { audience, clockSkewMs = 0, issuer, userClaim = 'sub' } = this.#options;
    const { aud, exp, iss, nbf } = jws.claims;
    const user = jws.claims[userClaim];
    if (typeof user !== 'string' || user === '' || typeof exp !== 'number') return undefined;
    const expiresAt = exp * 1000;
    if (now >= expiresAt + clockSkewMs) return undefined;
    if (typeof nbf === 'number' && now < nbf * 1000 - clockSkewMs) return undefined;
    if (issuer !== undefined && iss !== issuer) return undefined;
    if (audience !== undefined && aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) return undefined;
    return { user, expiresAt };
  }

  async #genuine(jws: Jws): Promise<boolean> {
    const { fetchJwks, jwks } = this.#options;
    if (!jwks && !fetchJwks) return jws.header['alg'] === 'none' && jws.signature.length === 0;
    if (jwks && signedByOneOf(jws, jwks)) return true;
    if (!fetchJwks) return false;
    const known = this.#fetched && (await this.#fetched);
    if (known && knows(known, jws)) return signedByOneOf(jws, known);
    this.#fetched = fetchJwks();
    try {
      return signedByOneOf(jws, await this.#fetched);
    } catch (cause) {
      // An identity provider that is away must not stay away for good.
      this.#fetched = undefined;
      throw cause;
    }
  }
}

function knows({ keys }: Jwks, { header }: Jws): boolean {
  return header['kid'] === undefined || keys.some(({ kid }) => kid === header['kid']);
}
