import { joinRefused, syncRefused } from './classic/answers.ts';
import { readAssignment, readSubscription } from './classic/embedded-protocol.ts';
import type { ClassicGroup } from './classic/group.ts';
import type { Member } from './classic/member.ts';
import { assignmentFor, holdingOf, keepSession } from './modern/classic-members.ts';
import type { ConsumerGroup } from './modern/group.ts';
import { type ConsumerMember, newMember } from './modern/member.ts';

/** Whether a classic group may become a consumer group while members are in it: all have to be consumers. */
export function canUpgrade(group: ClassicGroup): boolean {
  const { protocolName } = group;
  if (group.protocolType !== 'consumer' || protocolName === null) return false;
  return [...group.members.values()].every((member) => readSubscription(member.metadataFor(protocolName)));
}

/**
 * Moves the members of a classic group, with what they have, into a consumer group of the same generation.
 *
 * Whoever waits for an answer is sent to join again.
 */
export function upgrade(classic: ClassicGroup, consumer: ConsumerGroup): void {
  for (const member of [...classic.members.values()]) {
    const moved = asConsumerMember(classic, member, consumer);
    member.answerJoin(joinRefused('REBALANCE_IN_PROGRESS', member.id));
    member.answerSync(syncRefused('REBALANCE_IN_PROGRESS'));
    classic.remove(member);
    consumer.adoptTarget(moved.id, new Set(moved.assigned.keys()));
    consumer.put(moved);
    keepSession(consumer, moved);
  }
}

/** Moves the members of a consumer group, all of which speak the classic protocol, into a classic group, which the caller lets rebalance. */
export function downgrade(consumer: ConsumerGroup, classic: ClassicGroup): void {
  const members = [...consumer.members.values()];
  for (const member of members) {
    const { sessionTimeoutMs, protocols } = member.classic!;
    const added = classic.add(member.id, {
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      protocolType: 'consumer',
      protocols,
    });
    added.assignment = assignmentFor(consumer, member, consumer.targetOf(member.id));
    classic.touch(added);
  }
  consumer.timers.forgetAll();
}

function asConsumerMember(classic: ClassicGroup, member: Member, consumer: ConsumerGroup): ConsumerMember {
  const { facts } = member;
  const { generationId, protocolName } = classic;
  const subscription = readSubscription(member.metadataFor(protocolName ?? ''));
  return {
    ...newMember(member.id),
    instanceId: facts.groupInstanceId,
    rackId: subscription?.rackId ?? null,
    rebalanceTimeoutMs: facts.rebalanceTimeoutMs,
    clientId: facts.clientId,
    clientHost: facts.clientHost,
    topicNames: [...(subscription?.topics ?? [])].sort(),
    epoch: generationId,
    previousEpoch: generationId,
    assigned: holdingOf(consumer, readAssignment(member.assignment) ?? [], generationId),
    classic: { sessionTimeoutMs: facts.sessionTimeoutMs, protocols: facts.protocols },
  };
}
