import type { SaslExchange, SaslStep } from './exchange.ts';
import { nothing } from './exchange.ts';

/** Whom a bearer token names, or `undefined` when it is not good. */
export type VerifyToken = (token: string) => Promise<{ readonly user: string; readonly expiresAt: number } | undefined>;

const HEADER = /^n,(?:a=(?<authorizationId>[^,]*))?,$/;
const SEPARATOR = '\u0001';
const CONTROL_A = 1;
const invalidToken = '{"status":"invalid_token"}';

/**
 * OAUTHBEARER (RFC 7628): one message with the token.
 *
 * A token that is not good is first answered by a JSON message without an error; the client says \x01 to it, and only
 * then it is refused, with that JSON as the reason.
 */
export function oauthBearer(verify: VerifyToken): SaslExchange {
  let told = false;
  return {
    async respond(message): Promise<SaslStep> {
      if (told && message.length === 1 && message[0] === CONTROL_A) return { kind: 'refuse', message: invalidToken };
      const [head = '', ...pairs] = Buffer.from(message).toString('utf8').split(SEPARATOR);
      const header = HEADER.exec(head);
      const token = pairs.map((pair) => /^auth=Bearer +(.+)$/i.exec(pair)?.[1]).find((found) => found !== undefined);
      if (!header || token === undefined) return { kind: 'refuse' };
      const bearer = await verify(token);
      if (!bearer) {
        told = true;
        return { kind: 'continue', token: Buffer.from(invalidToken) };
      }
      const { user, expiresAt } = bearer;
      const authorizationId = header.groups?.['authorizationId'];
      if (authorizationId && authorizationId !== user) {
        const claim = `Client requested an authorization id (${authorizationId})`;
        const message = `Authentication failed: ${claim} that is different from the token's principal name (${user})`;
        return { kind: 'refuse', message };
      }
      return { kind: 'accept', token: nothing, user, expiresAt };
    },
  };
}
