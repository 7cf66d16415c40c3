import { api } from '../schema/api.ts';
import { int16, int32, string } from '../schema/field.ts';

/**
 * Heartbeat keeps a member of a classic group alive and tells it of a rebalance.
 *
 * v3 knows static members (KIP-345). v4 is flexible.
 */
export const heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: '0-4',
  flexible: '4+',
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
  },
  response: {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
  },
});
