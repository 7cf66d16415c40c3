import { api } from '../schema/api.ts';
import { array, int16, int32, string } from '../schema/field.ts';

/**
 * OffsetDelete deletes the offsets of a group for topics it no longer reads (KIP-496). It never became flexible.
 */
export const offsetDelete = api({
  key: 47,
  name: 'OffsetDelete',
  versions: '0',
  request: {
    groupId: string(),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
      }),
    }),
  },
  response: {
    errorCode: int16(),
    throttleTimeMs: int32(),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
      }),
    }),
  },
});
