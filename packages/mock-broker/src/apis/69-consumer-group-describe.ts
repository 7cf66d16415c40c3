import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { withOperations } from '../dispatch/operations.ts';
import { type PartitionKey, toTopics } from '../groups/modern/assignment.ts';
import type { ConsumerGroup } from '../groups/modern/group.ts';
import type { ConsumerMember } from '../groups/modern/member.ts';

const TYPE_SINCE = 1;
const CLASSIC = 0;
const CONSUMER = 1;

/**
 * ConsumerGroupDescribe shows state, epochs, members and assignments of groups of the consumer protocol (KIP-848).
 *
 * A group about a topic that its reader may not see is not shown at all. v1 tells which members speak the classic
 * protocol (KIP-1099).
 */
export const consumerGroupDescribe = defineApi(messages.consumerGroupDescribe, {
  versions: [0, 1],
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
  const refused = context.options.groupVersion === 0 ? 'UNSUPPORTED_VERSION' : coordinatorGate(context, groupId);
  if (refused) return { ...blank(groupId), errorCode: codeOf(refused) };
  const known = context.groups.find(groupId);
  const group = known?.consumer;
  if (!group) {
    const errorMessage = `Group ${groupId} ${known ? 'is not a consumer group' : 'not found'}.`;
    return { ...blank(groupId), errorCode: codeOf('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  const members = [...group.members.values()];
  const topics = new Set(members.flatMap((member) => group.subscriptions.namesOf(member)));
  if (![...topics].every((name) => context.may({ operation: 'describe', resource: 'topic', name }))) {
    const errorMessage = 'The group has described topic(s) that the client is not authorized to describe.';
    return { ...blank(groupId), errorCode: codeOf('TOPIC_AUTHORIZATION_FAILED'), errorMessage };
  }
  return {
    ...blank(groupId),
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.assignorName,
    members: members.map((member) => shown(context, group, member)),
  };
}

function shown(context: RequestContext, group: ConsumerGroup, member: ConsumerMember) {
  const held = [...member.assigned.keys(), ...member.pendingRevocation.keys()];
  return {
    memberId: member.id,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.topicNames],
    subscribedTopicRegex: member.topicRegex,
    assignment: named(context, held),
    targetAssignment: named(context, group.targetOf(member.id)),
    ...(context.version >= TYPE_SINCE ? { memberType: member.classic ? CLASSIC : CONSUMER } : {}),
  };
}

function named({ catalog }: RequestContext, keys: Iterable<PartitionKey>) {
  const topicPartitions = toTopics(keys).flatMap(({ topicId, partitions }) => {
    const topic = catalog.byId(topicId);
    return topic ? [{ topicId, topicName: topic.name, partitions }] : [];
  });
  return { topicPartitions };
}

function blank(groupId: string) {
  return { errorCode: 0, groupId, groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
}
