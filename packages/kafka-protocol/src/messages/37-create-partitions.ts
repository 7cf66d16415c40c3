import { api } from '../schema/api.ts';
import { array, bool, int16, int32, string } from '../schema/field.ts';

/**
 * CreatePartitions raises the partition count of topics (KIP-195).
 *
 * v2 is flexible. v3 may answer THROTTLING_QUOTA_EXCEEDED (KIP-599).
 */
export const createPartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: '0-3',
  flexible: '2+',
  request: {
    topics: array({
      name: string(),
      count: int32(),
      assignments: array(
        {
          brokerIds: array(int32()),
        },
        { nullable: '0+' },
      ),
    }),
    timeoutMs: int32(),
    validateOnly: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      name: string(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
    }),
  },
});
