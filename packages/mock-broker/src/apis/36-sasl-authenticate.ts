import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/**
 * SaslAuthenticate carries one token each way (KIP-152). A refusal ends the connection once it is sent.
 *
 * v1 tells how long the session lives (KIP-368); what comes after its end, other than a handshake, ends the connection.
 */
export const saslAuthenticate = defineApi(messages.saslAuthenticate, {
  versions: [0, 2],
  limits: ['A refusal comes at once: connection.failed.authentication.delay.ms is 0.'],
  async handle({ session }, { authBytes }) {
    const { error, lifetimeMs, message: errorMessage, token } = await session.authenticate(authBytes);
    return { errorCode: codeOf(error), errorMessage, authBytes: token, sessionLifetimeMs: BigInt(lifetimeMs) };
  },
  fail: (_request, errorCode) => ({ errorCode, errorMessage: null, authBytes: new Uint8Array() }),
});
