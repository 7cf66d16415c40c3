import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Users } from '../users.ts';
import type { SaslExchange, SaslStep } from './exchange.ts';
import { hashOf, type ScramCredential, type ScramMechanism } from './scram-keys.ts';

/** What the first message said and was answered, which the proof in the last one covers. */
type Begun = {
  readonly user: string;
  readonly gs2Header: string;
  readonly nonce: string;
  readonly credential: ScramCredential;
  readonly transcript: string;
};

const refused: SaslStep = { kind: 'refuse' };

/** SCRAM without channel binding (RFC 5802, 7677): four messages, after which both sides know the other knew the password. */
export function scram(mechanism: ScramMechanism, users: Users, newNonce: () => string): SaslExchange {
  let begun: Begun | undefined;
  return {
    respond(token) {
      const text = Buffer.from(token).toString('utf8');
      if (begun) return finish(mechanism, begun, text);
      const first = readFirst(text);
      const credential = first && users.credential(first.user, mechanism);
      if (!first || !credential) return refused;
      if (first.authorizationId !== '' && first.authorizationId !== first.user) {
        const message = 'Authentication failed: Client requested an authorization id that is different from username';
        return { kind: 'refuse', message };
      }
      const nonce = first.nonce + newNonce();
      const { salt, iterations } = credential;
      const answer = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
      const { user, gs2Header, bare } = first;
      begun = { user, gs2Header, nonce, credential, transcript: `${bare},${answer}` };
      return { kind: 'continue', token: Buffer.from(answer) };
    },
  };
}

const FIRST =
  /^(?<gs2Header>[ny],(?:a=(?<authorizationId>[^,]*))?,)(?<bare>n=(?<user>[^,]+),r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/;

function readFirst(text: string) {
  const { gs2Header, authorizationId = '', bare, user, nonce } = FIRST.exec(text)?.groups ?? {};
  if (gs2Header === undefined || bare === undefined || user === undefined || nonce === undefined) return undefined;
  return { gs2Header, bare, nonce, user: unquote(user), authorizationId: unquote(authorizationId) };
}

/** A comma and an equals sign cannot stand in a name as they are. */
function unquote(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

const FINAL = /^(?<covered>c=(?<binding>[A-Za-z0-9+/=]*),r=(?<nonce>[^,]+)(?:,[^p].*)?),p=(?<proof>[A-Za-z0-9+/=]+)$/;

function finish(mechanism: ScramMechanism, begun: Begun, text: string): SaslStep {
  const { covered, binding, nonce, proof } = FINAL.exec(text)?.groups ?? {};
  if (covered === undefined || binding === undefined || proof === undefined || nonce !== begun.nonce) return refused;
  if (Buffer.from(binding, 'base64').toString('utf8') !== begun.gs2Header) return refused;
  const hash = hashOf(mechanism);
  const { storedKey, serverKey } = begun.credential;
  const covers = `${begun.transcript},${covered}`;
  const clientSignature = createHmac(hash, storedKey).update(covers).digest();
  const given = Buffer.from(proof, 'base64');
  if (given.length !== clientSignature.length) return refused;
  const clientKey = given.map((byte, at) => byte ^ clientSignature[at]!);
  if (!timingSafeEqual(createHash(hash).update(clientKey).digest(), storedKey)) return refused;
  const signature = createHmac(hash, serverKey).update(covers).digest('base64');
  return { kind: 'accept', token: Buffer.from(`v=${signature}`), user: begun.user };
}
