import { errorCodes, errorInfo, messages } from '@eventstream/kafka-protocol';
import type { Connection } from '../network/connection.ts';
import type { Versions } from '../network/versions.ts';
import { AuthenticationFailed } from './authentication-failed.ts';
import type { SaslMechanism } from './sasl/mechanism.ts';

/** What an authentication needs. */
export type AuthenticateOptions = {
  readonly versions: Versions;
  readonly mechanism: SaslMechanism;
  readonly timeoutMs: number;
  /** How to send; differs from the connection's own way while a session is renewed. */
  readonly send: Connection['request'];
};

/**
 * Proves who this client is (KIP-43, KIP-152). Resolves with how many milliseconds the session lives (KIP-368), 0 for no end.
 * Rejects with `AuthenticationFailed` or `BrokerLost`.
 */
export async function authenticate(broker: string, options: AuthenticateOptions): Promise<number> {
  const { versions, mechanism, timeoutMs, send } = options;
  const refused = (code: number, message: string | null) =>
    new AuthenticationFailed(broker, message ?? errorInfo(code).message, errorInfo(code).name);
  const handshake = { version: versions.choose(messages.saslHandshake), timeoutMs };
  const agreed = await send(messages.saslHandshake, { mechanism: mechanism.name }, handshake);
  if (agreed.errorCode !== errorCodes.NONE) {
    const offered = agreed.mechanisms.join(', ') || 'none';
    throw refused(agreed.errorCode, `${mechanism.name} is not offered by the broker, which offers ${offered}`);
  }
  const sending = { version: versions.choose(messages.saslAuthenticate), timeoutMs };
  const exchange = mechanism.begin(broker);
  try {
    let token: Uint8Array | undefined = await exchange.start();
    for (;;) {
      const answer = await send(messages.saslAuthenticate, { authBytes: token }, sending);
      if (answer.errorCode !== errorCodes.NONE) throw refused(answer.errorCode, answer.errorMessage);
      token = exchange.next(answer.authBytes);
      if (token === undefined) return Number(answer.sessionLifetimeMs);
    }
  } catch (error) {
    if (error instanceof AuthenticationFailed || (error as Error).name === 'BrokerLost') throw error;
    throw new AuthenticationFailed(broker, (error as Error).message, 'SASL_AUTHENTICATION_FAILED', error);
  }
}
