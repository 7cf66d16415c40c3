import type { Users } from '../users.ts';
import { nothing, type SaslExchange } from './exchange.ts';

/** PLAIN (RFC 4616): one token, `authorization id NUL user NUL password`. */
export function plain(users: Users): SaslExchange {
  return {
    respond(token) {
      const parts = Buffer.from(token).toString('utf8').split('\0');
      const [authorizationId = '', user = '', password = ''] = parts;
      if (parts.length !== 3) return refuse(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`);
      if (user === '') return refuse('Authentication failed: username not specified');
      if (password === '') return refuse('Authentication failed: password not specified');
      if (!users.passwordMatches(user, password)) {
        return refuse('Authentication failed: Invalid username or password');
      }
      if (authorizationId !== '' && authorizationId !== user) {
        return refuse('Authentication failed: Client requested an authorization id that is different from username');
      }
      return { kind: 'accept', token: nothing, user };
    },
  };
}

function refuse(message: string) {
  return { kind: 'refuse', message } as const;
}
