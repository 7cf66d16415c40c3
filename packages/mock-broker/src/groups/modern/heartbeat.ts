import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { fromTopics, sameKeys, type TopicPartitions } from './assignment.ts';
import type { ConsumerGroup } from './group.ts';
import { awayEpoch, type ConsumerMember, newMember, present, restarted } from './member.ts';
import { memberAfter } from './member-states.ts';
import { asSet, sameNames } from './subscriptions.ts';

/** What a heartbeat brings; null means as before, and -1 for the timeout. */
export type HeartbeatRequest = {
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  readonly topicPartitions: readonly TopicPartitions[] | null;
};

/** Who sends it. */
export type HeartbeatSender = {
  readonly clientId: string;
  readonly clientHost: string;
  mayDescribe(topic: string): boolean;
};

/** Where the member stands; without `showsAssignment` it knows already what it has. */
export type HeartbeatAnswer = { readonly member: ConsumerMember; readonly showsAssignment: boolean };

const JOIN = 0;

/** A member joins, or says that it is there and what it holds; it is told what it is to hold. */
export function heartbeat(
  group: ConsumerGroup,
  request: HeartbeatRequest,
  sender: HeartbeatSender,
): HeartbeatAnswer | Refusal {
  const { maxSize } = group.surroundings.settings;
  if (group.members.size >= maxSize && !group.members.has(request.memberId)) {
    return refuse(
      'GROUP_MAX_SIZE_REACHED',
      `The consumer group has reached its maximum capacity of ${maxSize} members.`,
    );
  }
  const known = memberOf(group, request);
  if (isRefusal(known)) return known;
  const updated: ConsumerMember = {
    ...known,
    instanceId: request.instanceId ?? known.instanceId,
    rackId: request.rackId ?? known.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? known.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    topicNames: request.subscribedTopicNames ? asSet(request.subscribedTopicNames) : known.topicNames,
    topicRegex: request.subscribedTopicRegex ?? known.topicRegex,
    serverAssignor: request.serverAssignor ?? known.serverAssignor,
    clientId: sender.clientId,
    clientHost: sender.clientHost,
    classic: undefined,
  };
  group.put(updated);
  group.plan(hasChanged(known, updated), sender.mayDescribe);
  const owned = request.topicPartitions === null ? undefined : fromTopics(request.topicPartitions);
  const member = group.advance(updated, owned);
  keepTime(group, updated, member);
  return { member, showsAssignment: isFull(request) || !sameKeys(known.assigned, member.assigned) };
}

/** Takes a member out; a static one that says so only goes for a while, and keeps what it has. */
export function leave(group: ConsumerGroup, request: HeartbeatRequest): Refusal | undefined {
  const { instanceId, memberId, memberEpoch } = request;
  const member = instanceId === null ? group.member(memberId) : staticMember(group, instanceId, memberId);
  if (isRefusal(member)) return member;
  if (instanceId !== null && memberEpoch === awayEpoch) {
    group.timers.cancel(member.id, 'rebalance');
    const state = memberAfter(member.id, member.state, 'goAway');
    group.put({ ...member, state, epoch: awayEpoch, previousEpoch: member.epoch, pendingRevocation: new Map() });
  } else {
    group.fence(member);
  }
  return undefined;
}

/** The member that names an instance, if it is the one that has it. */
export function staticMember(group: ConsumerGroup, instanceId: string, memberId: string): ConsumerMember | Refusal {
  const member = group.memberOfInstance(instanceId);
  if (!member) return refuse('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
  if (member.id === memberId) return member;
  return refuse(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${member.id}.`,
  );
}

/** Whether the assignment has to be thought over. */
export function hasChanged(before: ConsumerMember, after: ConsumerMember): boolean {
  return before.topicRegex !== after.topicRegex || !sameNames(before.topicNames, after.topicNames);
}

function memberOf(group: ConsumerGroup, request: HeartbeatRequest): ConsumerMember | Refusal {
  const { memberId, memberEpoch, instanceId } = request;
  if (memberEpoch === JOIN) return instanceId === null ? joining(group, memberId) : joiningStatic(group, request);
  const member = instanceId === null ? group.member(memberId) : staticMember(group, instanceId, memberId);
  return isRefusal(member) ? member : (wrongEpoch(member, request) ?? member);
}

/** Epoch 0 always joins: who lost the answer, or was fenced, begins anew without partitions. */
function joining(group: ConsumerGroup, memberId: string): ConsumerMember {
  const id = memberId || group.surroundings.newMemberId();
  return present(group.members.get(id)) ?? newMember(id);
}

function joiningStatic(group: ConsumerGroup, { memberId, instanceId }: HeartbeatRequest): ConsumerMember | Refusal {
  const former = group.memberOfInstance(instanceId!);
  const id = memberId || group.surroundings.newMemberId();
  if (!former) return newMember(id);
  if (!former.classic && former.epoch !== awayEpoch) {
    return refuse(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${id} with instance id ${instanceId} cannot join the group because the instance id is owned by ${former.id} member.`,
    );
  }
  const member = restarted(former, id);
  group.replace(former, member);
  return member;
}

function wrongEpoch(member: ConsumerMember, { memberEpoch, topicPartitions }: HeartbeatRequest): Refusal | undefined {
  if (memberEpoch === member.epoch) return undefined;
  const isLater = memberEpoch > member.epoch;
  // The answer that raised the epoch may have been lost; then the member holds no more than it should.
  const repeats = memberEpoch === member.previousEpoch && holdsOnlyItsOwn(member, topicPartitions);
  if (!isLater && repeats) return undefined;
  return refuse(
    'FENCED_MEMBER_EPOCH',
    `The consumer group member has a ${isLater ? 'greater' : 'smaller'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`,
  );
}

function holdsOnlyItsOwn(member: ConsumerMember, owned: readonly TopicPartitions[] | null): boolean {
  return owned !== null && [...fromTopics(owned)].every((key) => member.assigned.has(key));
}

/** A request that leaves nothing out is of a member that wants to hear everything. */
function isFull(request: HeartbeatRequest): boolean {
  const subscribes = request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null;
  return (
    request.memberEpoch === JOIN ||
    (request.rebalanceTimeoutMs !== -1 && subscribes && request.topicPartitions !== null)
  );
}

function keepTime(group: ConsumerGroup, before: ConsumerMember, member: ConsumerMember): void {
  const { timers, surroundings } = group;
  const fence = (): void => {
    const current = group.members.get(member.id);
    if (current) group.fence(current);
  };
  timers.set(member.id, 'session', { afterMs: surroundings.settings.sessionTimeoutMs(group.id), run: fence });
  if (member.state !== 'UnrevokedPartitions') timers.cancel(member.id, 'rebalance');
  else if (before !== member) {
    const { epoch } = member;
    const run = (): void => void (group.members.get(member.id)?.epoch === epoch && fence());
    timers.set(member.id, 'rebalance', { afterMs: member.rebalanceTimeoutMs, run });
  }
}
