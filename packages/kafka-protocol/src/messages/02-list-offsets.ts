import { api } from '../schema/api.ts';
import { array, int8, int16, int32, int64, string } from '../schema/field.ts';

/**
 * ListOffsets finds offsets by time, or the ends of a partition by the times -1 (latest) and -2 (earliest).
 *
 * v0 asks for a number of offsets and is answered a list. v1 answers one offset and its time. v2 brings isolation levels (KIP-98). v4 fences by leader epoch (KIP-320). v6 is
 * flexible. v7 knows -3, the record of the largest time (KIP-734). v8 knows -4, the earliest local offset (KIP-405).
 * v9 knows -5, the last tiered offset (KIP-1005). v10 bounds the wait (KIP-1075). v11 knows -6, the earliest offset
 * not yet uploaded (KIP-1023).
 */
export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: '0-11',
  flexible: '6+',
  request: {
    replicaId: int32(),
    isolationLevel: int8({ versions: '2+' }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        currentLeaderEpoch: int32({ versions: '4+', default: -1, ignorable: true }),
        timestamp: int64(),
        maxNumOffsets: int32({ versions: '0', default: 1 }),
      }),
    }),
    timeoutMs: int32({ versions: '10+', ignorable: true }),
  },
  response: {
    throttleTimeMs: int32({ versions: '2+', ignorable: true }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        oldStyleOffsets: array(int64(), { versions: '0' }),
        timestamp: int64({ versions: '1+', default: -1n }),
        offset: int64({ versions: '1+', default: -1n }),
        leaderEpoch: int32({ versions: '4+', default: -1 }),
      }),
    }),
  },
});
