import { api } from '../schema/api.ts';
import { bytes, int16, int32, int64 } from '../schema/field.ts';

/**
 * RenewDelegationToken lets a delegation token live longer (KIP-48).
 *
 * v2 is flexible.
 */
export const renewDelegationToken = api({
  key: 39,
  name: 'RenewDelegationToken',
  versions: '1-2',
  flexible: '2+',
  request: {
    hmac: bytes(),
    renewPeriodMs: int64(),
  },
  response: {
    errorCode: int16(),
    expiryTimestampMs: int64(),
    throttleTimeMs: int32(),
  },
});
