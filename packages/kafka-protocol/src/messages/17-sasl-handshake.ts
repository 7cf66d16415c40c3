import { api } from '../schema/api.ts';
import { array, int16, string } from '../schema/field.ts';

/**
 * SaslHandshake chooses a SASL mechanism; the names of all come back with a refusal.
 *
 * After v0 the tokens follow as bare frames without a header, after v1 as SaslAuthenticate requests (KIP-152). It
 * never became flexible.
 */
export const saslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: '0-1',
  request: {
    mechanism: string(),
  },
  response: {
    errorCode: int16(),
    mechanisms: array(string()),
  },
});
