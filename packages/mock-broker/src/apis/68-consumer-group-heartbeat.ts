import { messages, type RequestOf, type ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { toTopics } from '../groups/modern/assignment.ts';
import { heartbeat, leave } from '../groups/modern/heartbeat.ts';
import { complaintAbout } from '../groups/modern/validate.ts';
import { isRefusal, type Refusal, refuse } from '../groups/refusal.ts';

type Request = RequestOf<typeof messages.consumerGroupHeartbeat>;
type Response = ResponseInput<typeof messages.consumerGroupHeartbeat>;

/**
 * ConsumerGroupHeartbeat is join, heartbeat, assignment and leave of the consumer protocol in one (KIP-848).
 *
 * Epoch 0 joins, -1 leaves, -2 leaves for a while as a static member. Null means as before. v1 subscribes by regular
 * expression and lets the consumer choose its member id (KIP-1082).
 */
export const consumerGroupHeartbeat = defineApi(messages.consumerGroupHeartbeat, {
  versions: [0, 1],
  limits: [
    'A new assignment is made by the heartbeat that needs it; a real broker waits for a second since the last one, to batch changes (KIP-1263).',
    'Regular expressions are resolved at once, and whenever topics change; a real broker does it beside the heartbeat, and again after ten seconds at the earliest.',
    'Regular expressions run as JavaScript’s, after RE2’s limits are checked; messages about broken ones are shorter.',
    'Racks are stored; no assignor of Kafka 4 looks at them.',
  ],
  handle(context, request) {
    const { groups, options, version } = context;
    if (options.groupVersion === 0) return refusal(refuse('UNSUPPORTED_VERSION', 'The consumer protocol is off.'));
    const hidden = request.subscribedTopicNames?.some((name) => !mayDescribe(context, name));
    if (hidden) return { ...blank(codeOf('TOPIC_AUTHORIZATION_FAILED')), errorMessage: 'Topic authorization failed.' };
    const complaint = complaintAbout(request, version, groups.settings.assignors);
    if (complaint) return refusal(complaint);
    const moved = coordinatorGate(context, request.groupId);
    if (moved) return blank(codeOf(moved));
    return request.memberEpoch < 0 ? left(context, request) : kept(context, request);
  },
  fail: (_request, errorCode) => blank(errorCode),
});

function kept(context: RequestContext, request: Request): Response {
  const { groups, clientId, clientHost } = context;
  const group = groups.openConsumer(request.groupId, request.memberEpoch === 0);
  if (isRefusal(group)) return refusal(group);
  const sender = { clientId, clientHost, mayDescribe: (topic: string) => mayDescribe(context, topic) };
  const answer = heartbeat(group, request, sender);
  if (isRefusal(answer)) return refusal(answer);
  const { member, showsAssignment } = answer;
  return {
    ...blank(0),
    memberId: member.id,
    memberEpoch: member.epoch,
    heartbeatIntervalMs: groups.settings.heartbeatIntervalMs(group.id),
    assignment: showsAssignment ? { topicPartitions: toTopics(member.assigned.keys()) } : null,
  };
}

function left({ groups }: RequestContext, request: Request): Response {
  const { groupId, memberId, memberEpoch } = request;
  const group = groups.find(groupId);
  if (!group?.consumer) {
    const why = group ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`;
    return refusal(refuse('GROUP_ID_NOT_FOUND', why));
  }
  const refused = leave(group.consumer, request);
  return refused ? refusal(refused) : { ...blank(0), memberId, memberEpoch };
}

function mayDescribe({ may }: RequestContext, name: string): boolean {
  return may({ operation: 'describe', resource: 'topic', name });
}

function refusal({ error, message }: Refusal): Response {
  return { ...blank(codeOf(error)), errorMessage: message };
}

function blank(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, memberEpoch: 0, heartbeatIntervalMs: 0 };
}
