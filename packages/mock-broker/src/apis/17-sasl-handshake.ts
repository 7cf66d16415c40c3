import { messages } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/**
 * SaslHandshake chooses a mechanism. One that is not offered is refused with those that are, and ends the connection.
 *
 * After v0 tokens follow as frames without a header (KIP-43). Once authenticated it begins a re-authentication (KIP-368),
 * if the session has an end; else it is out of place.
 */
export const saslHandshake = defineApi(messages.saslHandshake, {
  versions: [0, 1],
  limits: ['GSSAPI (Kerberos) and delegation tokens are not offered.'],
  handle({ session, version }, { mechanism }) {
    const { error, mechanisms } = session.handshake(mechanism, version);
    return { errorCode: codeOf(error), mechanisms: [...mechanisms] };
  },
  fail: (_request, errorCode) => ({ errorCode, mechanisms: [] }),
});
