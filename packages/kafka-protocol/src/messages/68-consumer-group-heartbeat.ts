import { api } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';
import type { Fields } from '../schema/infer.ts';

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
} satisfies Fields;

/**
 * ConsumerGroupHeartbeat is join, heartbeat, assignment and leave of the modern group protocol in one (KIP-848).
 *
 * Epoch 0 joins, -1 leaves, -2 leaves for a while as a static member. A null means "as before". v1 subscribes by
 * regular expression and lets the consumer choose its member id (KIP-1082).
 */
export const consumerGroupHeartbeat = api({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: '0-1',
  flexible: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    instanceId: string({ nullable: '0+', default: null }),
    rackId: string({ nullable: '0+', default: null }),
    rebalanceTimeoutMs: int32({ default: -1 }),
    subscribedTopicNames: array(string(), { nullable: '0+', default: null }),
    subscribedTopicRegex: string({ versions: '1+', nullable: '1+', default: null }),
    serverAssignor: string({ nullable: '0+', default: null }),
    topicPartitions: array(
      {
        topicId: uuid(),
        partitions: array(int32()),
      },
      { nullable: '0+', default: null },
    ),
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
