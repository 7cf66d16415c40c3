import { messages, type ResponseInput } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { isRefusal, type Refusal, refuse } from '../groups/refusal.ts';

type Response = ResponseInput<typeof messages.shareGroupHeartbeat>;

const LEAVE = -1;

/**
 * ShareGroupHeartbeat is join, heartbeat, assignment and leave of share groups in one (KIP-932).
 *
 * Epoch 0 joins, -1 leaves. Partitions are shared, so a member has its assignment at once.
 */
export const shareGroupHeartbeat = defineApi(messages.shareGroupHeartbeat, {
  versions: [1, 1],
  limits: [
    'Partitions are assigned with the heartbeat that subscribes to them; a real broker first sets up their state, and answers an empty assignment meanwhile.',
    'With each new assignment partitions are dealt out anew; a real broker lets members keep theirs.',
  ],
  handle(context, request) {
    const { groups, clientId, clientHost, may } = context;
    const { groupId, memberId, memberEpoch, subscribedTopicNames } = request;
    const hidden = subscribedTopicNames?.some((name) => !may({ operation: 'describe', resource: 'topic', name }));
    if (hidden) return { ...blank(codeOf('TOPIC_AUTHORIZATION_FAILED')), errorMessage: 'Topic authorization failed.' };
    const complaint = complaintAbout(request);
    if (complaint) return refusal(refuse('INVALID_REQUEST', complaint));
    const moved = coordinatorGate(context, groupId);
    if (moved) return blank(codeOf(moved));
    const group = groups.openShare(groupId, memberEpoch);
    if (isRefusal(group)) return refusal(group);
    if (memberEpoch === LEAVE) {
      const refused = group.leave(memberId);
      return refused ? refusal(refused) : { ...blank(0), memberId, memberEpoch };
    }
    const answer = group.heartbeat({ ...request, clientId, clientHost });
    if (isRefusal(answer)) return refusal(answer);
    const topics = [...answer.member.assigned].map(([topicId, partitions]) => ({
      topicId,
      partitions: [...partitions],
    }));
    return {
      ...blank(0),
      memberId,
      memberEpoch: answer.member.epoch,
      heartbeatIntervalMs: groups.settings.shareHeartbeatIntervalMs(groupId),
      assignment: answer.showsAssignment ? { topicPartitions: topics } : null,
    };
  },
  fail: (_request, errorCode) => blank(errorCode),
});

type Request = {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly rackId: string | null;
  readonly subscribedTopicNames: readonly string[] | null;
};

function complaintAbout({ groupId, memberId, memberEpoch, rackId, subscribedTopicNames }: Request): string | undefined {
  if (memberId === '') return "MemberId can't be empty.";
  if (groupId === '') return "GroupId can't be empty.";
  if (rackId === '') return "RackId can't be empty.";
  if (memberEpoch < LEAVE) return 'MemberEpoch is invalid.';
  if (memberEpoch === 0 && !subscribedTopicNames?.length) {
    return 'SubscribedTopicNames must be set in first request.';
  }
  return undefined;
}

function refusal({ error, message }: Refusal): Response {
  return { ...blank(codeOf(error)), errorMessage: message };
}

function blank(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, memberEpoch: 0, heartbeatIntervalMs: 0 };
}
