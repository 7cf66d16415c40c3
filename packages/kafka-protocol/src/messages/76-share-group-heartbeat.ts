import { api } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';
import type { Fields } from '../schema/infer.ts';

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
} satisfies Fields;

/**
 * ShareGroupHeartbeat is join, heartbeat, assignment and leave of share groups in one (KIP-932).
 *
 * v0 belonged to a preview and is gone. Epoch 0 joins, -1 leaves.
 */
export const shareGroupHeartbeat = api({
  key: 76,
  name: 'ShareGroupHeartbeat',
  versions: '1',
  flexible: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    rackId: string({ nullable: '0+', default: null }),
    subscribedTopicNames: array(string(), { nullable: '0+', default: null }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    memberId: string({ nullable: '0+', default: null }),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    assignment: struct(
      {
        topicPartitions: array(topicPartitions),
      },
      { nullable: '0+', default: null },
    ),
  },
});
