import { type Clock, isEventstreamError, waitFor } from '@eventstream/core';
import { errorCodes, errorInfo, messages } from '@eventstream/kafka-protocol';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Connection } from '../network/connection.ts';
import type { Versions } from '../network/versions.ts';
import { AuthenticationFailed } from './authentication-failed.ts';
import type { SaslExchange, SaslMechanism } from './sasl/mechanism.ts';

/** What an authentication needs. */
export type AuthenticateOptions = {
  readonly versions: Versions;
  /** How many milliseconds are left for the next step. */
  readonly left: () => number;
  /** How to send; differs from the connection's own way while a session is renewed. */
  readonly send: Connection['request'];
};

/** An authentication whose first token is at hand. */
export type Begun = {
  readonly broker: string;
  readonly mechanism: SaslMechanism;
  readonly exchange: SaslExchange;
  readonly token: Uint8Array;
};

/**
 * Gets the first token, which the application's own callback may have to give: before the broker is told anything, and within
 * `timeoutMs`. Rejects with `AuthenticationFailed`.
 */
export async function beginAuthentication(
  broker: string,
  mechanism: SaslMechanism,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
): Promise<Begun> {
  const exchange = mechanism.begin(broker);
  const operation = `the callback of ${mechanism.name}`;
  try {
    const token = await waitFor((async () => exchange.start())(), { operation, timeoutMs, clock });
    return { broker, mechanism, exchange, token };
  } catch (cause) {
    const late = isEventstreamError(cause, 'timeout');
    const why = late ? `gave nothing within ${Math.round(timeoutMs)} ms` : `failed: ${messageOf(cause)}`;
    throw new AuthenticationFailed(broker, `${operation} ${why}`, { check: `sasl: what ${operation} gives`, cause });
  }
}

/**
 * Proves who this client is (KIP-43, KIP-152). Resolves with how many milliseconds the session lives (KIP-368), 0 for no end.
 * Rejects with `AuthenticationFailed` or `BrokerLost`.
 */
export async function authenticate(begun: Begun, { versions, left, send }: AuthenticateOptions): Promise<number> {
  const { broker, mechanism, exchange } = begun;
  const handshake = { version: versions.choose(messages.saslHandshake), timeoutMs: left() };
  const agreed = await send(messages.saslHandshake, { mechanism: mechanism.name }, handshake);
  if (agreed.errorCode !== errorCodes.NONE) throw notOffered(begun, agreed.errorCode, agreed.mechanisms);
  const version = versions.choose(messages.saslAuthenticate);
  try {
    let token: Uint8Array | undefined = begun.token;
    for (;;) {
      const answer = await send(messages.saslAuthenticate, { authBytes: token }, { version, timeoutMs: left() });
      if (answer.errorCode !== errorCodes.NONE) {
        const { name, message } = errorInfo(answer.errorCode);
        throw new AuthenticationFailed(broker, `${name}, ${answer.errorMessage ?? message}`);
      }
      token = await exchange.next(answer.authBytes);
      if (token === undefined) return Number(answer.sessionLifetimeMs);
    }
  } catch (error) {
    if (error instanceof AuthenticationFailed || error instanceof BrokerLost) throw error;
    throw new AuthenticationFailed(broker, messageOf(error), { cause: error });
  }
}

function notOffered({ broker, mechanism }: Begun, code: number, mechanisms: readonly string[]): AuthenticationFailed {
  const { name, message } = errorInfo(code);
  if (code !== errorCodes.UNSUPPORTED_SASL_MECHANISM) {
    return new AuthenticationFailed(broker, `${name}, ${message}`, { check: 'that this port wants SASL' });
  }
  const offered = mechanisms.join(', ') || 'none';
  const reason = `${mechanism.name} is not offered, which has ${offered} (${name})`;
  return new AuthenticationFailed(broker, reason, { check: 'sasl.mechanism and the port' });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
