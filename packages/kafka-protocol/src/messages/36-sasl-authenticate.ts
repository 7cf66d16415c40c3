import { api } from '../schema/api.ts';
import { bytes, int16, int64, string } from '../schema/field.ts';

/**
 * SaslAuthenticate carries one token of the SASL exchange each way (KIP-152).
 *
 * v1 tells how long the session lives (KIP-368). v2 is flexible.
 */
export const saslAuthenticate = api({
  key: 36,
  name: 'SaslAuthenticate',
  versions: '0-2',
  flexible: '2+',
  request: {
    authBytes: bytes(),
  },
  response: {
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    authBytes: bytes(),
    sessionLifetimeMs: int64({ versions: '1+', default: 0n, ignorable: true }),
  },
});
