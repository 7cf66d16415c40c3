import type { ErrorName } from '@eventstream/kafka-protocol';
import { type JoinAnswer, joinRefused, type SyncAnswer, syncRefused } from '../classic/answers.ts';
import {
  type NamedPartitions,
  readSubscription,
  type Subscription,
  writeAssignment,
} from '../classic/embedded-protocol.ts';
import type { JoinRequest } from '../classic/join.ts';
import type { Claim, SyncRequest } from '../classic/presence.ts';
import { isRefusal } from '../refusal.ts';
import { type Holding, type PartitionKey, partitionKey, toTopics } from './assignment.ts';
import type { ConsumerGroup } from './group.ts';
import { hasChanged, staticMember } from './heartbeat.ts';
import { awayEpoch, type ConsumerMember, newMember, present, restarted } from './member.ts';

/**
 * Members that still speak the classic protocol in a consumer group (KIP-848's online migration).
 *
 * JoinGroup is their heartbeat with a subscription: it answers at once, with the member's epoch as generation. SyncGroup
 * fetches the assignment the group has made; nobody leads.
 */
export function joinAsClassic(
  group: ConsumerGroup,
  { memberId, facts, invitesStrangers }: JoinRequest,
  mayDescribe: (topic: string) => boolean,
): JoinAnswer {
  const { settings, newMemberId } = group.surroundings;
  const id = memberId || newMemberId();
  const isNew = !group.members.has(id);
  if (isNew && group.members.size >= settings.maxSize) return joinRefused('GROUP_MAX_SIZE_REACHED', memberId);
  const subscription = facts.protocols[0] && readSubscription(facts.protocols[0].metadata);
  if (facts.protocolType !== 'consumer' || !subscription || !sharesProtocol(group, facts.protocols)) {
    return joinRefused('INCONSISTENT_GROUP_PROTOCOL', memberId);
  }
  if (memberId === '' && invitesStrangers && facts.groupInstanceId === null) {
    return joinRefused('MEMBER_ID_REQUIRED', id);
  }
  const known = memberOf(group, { id, memberId, instanceId: facts.groupInstanceId });
  if (typeof known === 'string') return joinRefused(known, memberId);
  const updated: ConsumerMember = {
    ...known,
    instanceId: facts.groupInstanceId,
    rackId: subscription.rackId ?? known.rackId,
    rebalanceTimeoutMs: facts.rebalanceTimeoutMs,
    topicNames: [...subscription.topics].sort(),
    clientId: facts.clientId,
    clientHost: facts.clientHost,
    classic: { sessionTimeoutMs: facts.sessionTimeoutMs, protocols: facts.protocols },
  };
  group.put(updated);
  group.plan(hasChanged(known, updated), mayDescribe);
  const member = group.advance(updated, ownedBy(group, subscription));
  group.timers.cancel(id, 'join');
  keepSession(group, member);
  fenceAfter(group, member, 'sync');
  return {
    ...joinRefused('NONE', member.id),
    generationId: member.epoch,
    protocolType: 'consumer',
    protocolName: facts.protocols[0]!.name,
  };
}

/** Gives the member what the group has assigned to it. */
export function syncAsClassic(group: ConsumerGroup, request: SyncRequest): SyncAnswer {
  const member = identified(group, request);
  if (typeof member === 'string') return syncRefused(member);
  const { protocolType, protocolName } = request;
  const [protocol] = member.classic!.protocols;
  if ((protocolType ?? 'consumer') !== 'consumer' || (protocolName ?? protocol!.name) !== protocol!.name) {
    return syncRefused('INCONSISTENT_GROUP_PROTOCOL');
  }
  if (group.groupEpoch > member.epoch && member.state !== 'UnrevokedPartitions') {
    if (!group.timers.has(member.id, 'join')) fenceAfter(group, member, 'join');
    return syncRefused('REBALANCE_IN_PROGRESS');
  }
  group.timers.cancel(member.id, 'sync');
  keepSession(group, member);
  return {
    error: 'NONE',
    protocolType,
    protocolName,
    assignment: assignmentFor(group, member, member.assigned.keys()),
  };
}

/** Keeps the member alive and sends it to JoinGroup when there is something new. */
export function heartbeatAsClassic(group: ConsumerGroup, claim: Claim): ErrorName {
  const member = identified(group, claim);
  if (typeof member === 'string') return member;
  keepSession(group, member);
  const waits = [...group.targetOf(member.id)].some((key) => !member.assigned.has(key) && group.isTaken(key));
  const isDue =
    member.epoch < group.groupEpoch ||
    member.state === 'UnrevokedPartitions' ||
    (member.state === 'UnreleasedPartitions' && !waits);
  if (!isDue) return 'NONE';
  if (!group.timers.has(member.id, 'join')) fenceAfter(group, member, 'join');
  return 'REBALANCE_IN_PROGRESS';
}

/** Takes a classic member out; a static one may be named by its instance alone. */
export function leaveAsClassic(group: ConsumerGroup, memberId: string, instanceId: string | null): ErrorName {
  const current = instanceId === null ? group.members.get(memberId) : group.memberOfInstance(instanceId);
  if (!current) return 'UNKNOWN_MEMBER_ID';
  if (memberId !== '' && current.id !== memberId) return 'FENCED_INSTANCE_ID';
  if (!current.classic) return 'UNKNOWN_MEMBER_ID';
  group.fence(current);
  return 'NONE';
}

/** An assignment in the bytes the member reads. */
export function assignmentFor(
  { surroundings: { catalog } }: ConsumerGroup,
  { classic }: ConsumerMember,
  keys: Iterable<PartitionKey>,
): Uint8Array {
  const topics = toTopics(keys).flatMap(({ topicId, partitions }): NamedPartitions[] => {
    const topic = catalog.byId(topicId)?.name;
    return topic === undefined ? [] : [{ topic, partitions }];
  });
  return writeAssignment(readSubscription(classic!.protocols[0]!.metadata)?.version ?? 0, topics);
}

/** Partitions by name as partitions by id; topics that are gone are left out. */
export function holdingOf(group: ConsumerGroup, named: readonly NamedPartitions[], epoch: number): Holding {
  const { catalog } = group.surroundings;
  return new Map(
    named.flatMap(({ topic, partitions }) => {
      const id = catalog.byName(topic)?.id;
      return id === undefined ? [] : partitions.map((index) => [partitionKey(id, index), epoch] as const);
    }),
  );
}

/** The session timeout of a classic member is its own. */
export function keepSession(group: ConsumerGroup, member: ConsumerMember): void {
  fenceAfter(group, member, 'session', member.classic!.sessionTimeoutMs);
}

function fenceAfter(
  group: ConsumerGroup,
  member: ConsumerMember,
  kind: 'session' | 'join' | 'sync',
  afterMs = member.rebalanceTimeoutMs,
): void {
  const run = (): void => {
    const current = group.members.get(member.id);
    if (current) group.fence(current);
  };
  group.timers.set(member.id, kind, { afterMs, run });
}

function ownedBy(group: ConsumerGroup, { ownedPartitions }: Subscription): Set<PartitionKey> {
  return new Set(holdingOf(group, ownedPartitions, 0).keys());
}

type Joiner = { readonly id: string; readonly memberId: string; readonly instanceId: string | null };

function memberOf(group: ConsumerGroup, { id, memberId, instanceId }: Joiner): ConsumerMember | ErrorName {
  if (instanceId === null) return present(group.members.get(id)) ?? newMember(id);
  const former = group.memberOfInstance(instanceId);
  if (memberId !== '') {
    const member = staticMember(group, instanceId, memberId);
    return isRefusal(member) ? member.error : present(member);
  }
  if (!former) return newMember(id);
  const member = restarted(former, id);
  group.replace(former, member);
  return member;
}

function identified(
  group: ConsumerGroup,
  { memberId, groupInstanceId, generationId }: Claim,
): ConsumerMember | ErrorName {
  const member = groupInstanceId === null ? group.member(memberId) : staticMember(group, groupInstanceId, memberId);
  if (isRefusal(member)) return member.error;
  if (!member.classic || member.epoch === awayEpoch) return 'UNKNOWN_MEMBER_ID';
  return member.epoch === generationId ? member : 'ILLEGAL_GENERATION';
}

function sharesProtocol(group: ConsumerGroup, protocols: JoinRequest['facts']['protocols']): boolean {
  const others = [...group.members.values()].flatMap(({ classic }) => classic ?? []);
  return protocols.some(({ name }) => others.every((other) => other.protocols.some((one) => one.name === name)));
}
