import { api } from '../schema/api.ts';
import { array, bool, int16, int32, int64, string } from '../schema/field.ts';

/**
 * DescribeLogDirs tells what lies on the disks of a broker (KIP-113).
 *
 * v2 is flexible. v3 has an error for the whole answer. v4 tells total and usable bytes (KIP-827). v5 tells which are
 * cordoned (KIP-1066).
 */
export const describeLogDirs = api({
  key: 35,
  name: 'DescribeLogDirs',
  versions: '1-5',
  flexible: '2+',
  request: {
    topics: array(
      {
        topic: string(),
        partitions: array(int32()),
      },
      { nullable: '0+' },
    ),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '3+', ignorable: true }),
    results: array({
      errorCode: int16(),
      logDir: string(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          partitionSize: int64(),
          offsetLag: int64(),
          isFutureKey: bool(),
        }),
      }),
      totalBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
      usableBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
      isCordoned: bool({ versions: '5+', default: false, ignorable: true }),
    }),
  },
});
