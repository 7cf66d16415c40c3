import { api } from '../schema/api.ts';
import { array, int16, int32, string } from '../schema/field.ts';

/**
 * AlterReplicaLogDirs moves replicas between the disks of a broker (KIP-113).
 *
 * v2 is flexible.
 */
export const alterReplicaLogDirs = api({
  key: 34,
  name: 'AlterReplicaLogDirs',
  versions: '1-2',
  flexible: '2+',
  request: {
    dirs: array({
      path: string(),
      topics: array({
        name: string(),
        partitions: array(int32()),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      topicName: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
      }),
    }),
  },
});
