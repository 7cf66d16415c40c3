import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { withOperations } from '../dispatch/operations.ts';
import type { ShareMember } from '../share/group.ts';

/** ShareGroupDescribe shows state, epochs, members and assignments of share groups (KIP-932). */
export const shareGroupDescribe = defineApi(messages.shareGroupDescribe, {
  versions: [1, 1],
  handle: (context, { groupIds, includeAuthorizedOperations }) => ({
    throttleTimeMs: 0,
    groups: groupIds.map((groupId) => withOperations(context, describe(context, groupId), includeAuthorizedOperations)),
  }),
  fail: ({ groupIds }, errorCode) => ({
    throttleTimeMs: 0,
    groups: groupIds.map((groupId) => ({ ...blank(groupId), errorCode })),
  }),
});

function describe(context: RequestContext, groupId: string) {
  const refused = coordinatorGate(context, groupId);
  if (refused) return { ...blank(groupId), errorCode: codeOf(refused) };
  const known = context.groups.find(groupId);
  const group = known?.share;
  if (!group) {
    const errorMessage = `Group ${groupId} ${known ? 'is not a share group' : 'not found'}.`;
    return { ...blank(groupId), errorCode: codeOf('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  const members = [...group.members.values()];
  const topics = new Set(members.flatMap(({ topicNames }) => topicNames));
  if (![...topics].every((name) => context.may({ operation: 'describe', resource: 'topic', name }))) {
    const errorMessage = 'The group has described topic(s) that the client is not authorized to describe.';
    return { ...blank(groupId), errorCode: codeOf('TOPIC_AUTHORIZATION_FAILED'), errorMessage };
  }
  return {
    ...blank(groupId),
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: 'simple',
    members: members.map((member) => shown(context, member)),
  };
}

function shown({ catalog }: RequestContext, member: ShareMember) {
  return {
    memberId: member.id,
    rackId: member.rackId,
    memberEpoch: member.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.topicNames],
    assignment: {
      topicPartitions: [...member.assigned].flatMap(([topicId, partitions]) => {
        const topic = catalog.byId(topicId);
        return topic ? [{ topicId, topicName: topic.name, partitions: [...partitions] }] : [];
      }),
    },
  };
}

function blank(groupId: string) {
  return { errorCode: 0, groupId, groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
}
