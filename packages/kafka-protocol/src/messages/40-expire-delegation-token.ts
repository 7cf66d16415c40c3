import { api } from '../schema/api.ts';
import { bytes, int16, int32, int64 } from '../schema/field.ts';

/**
 * ExpireDelegationToken ends a delegation token, at once with a negative period (KIP-48).
 *
 * v2 is flexible.
 */
export const expireDelegationToken = api({
  key: 40,
  name: 'ExpireDelegationToken',
  versions: '1-2',
  flexible: '2+',
  request: {
    hmac: bytes(),
    expiryTimePeriodMs: int64(),
  },
  response: {
    errorCode: int16(),
    expiryTimestampMs: int64(),
    throttleTimeMs: int32(),
  },
});
