import { type JoinAnswer, joinRefused } from './answers.ts';
import type { ClassicGroup } from './group.ts';
import type { Member, MemberFacts } from './member.ts';

/** A JoinGroup as the group sees it; the two flags stand for what the request's version can do. */
export type JoinRequest = {
  readonly memberId: string;
  readonly facts: MemberFacts;
  /** v4 and later: a stranger first gets its id and joins with it (KIP-394). */
  readonly invitesStrangers: boolean;
  /** v9 and later: a returning static leader is told not to assign again (KIP-814). */
  readonly canSkipAssignment: boolean;
};

/** Lets a member in, or back in, and resolves once the group has found together. */
export function joinGroup(group: ClassicGroup, request: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
  const { memberId, facts } = request;
  if (group.state === 'Dead') return joinRefused('COORDINATOR_NOT_AVAILABLE', memberId);
  const former = facts.groupInstanceId === null ? undefined : group.memberOfInstance(facts.groupInstanceId);
  if (group.isFull && !group.members.has(former ?? memberId) && !group.isInvited(memberId)) {
    return joinRefused('GROUP_MAX_SIZE_REACHED', '');
  }
  if (!group.accepts(facts, memberId || former)) return joinRefused('INCONSISTENT_GROUP_PROTOCOL', memberId);
  if (memberId === '')
    return former === undefined ? joinStranger(group, request) : rejoinStatic(group, request, former);
  if (facts.groupInstanceId !== null) {
    if (former === undefined) return joinRefused('UNKNOWN_MEMBER_ID', memberId);
    if (former !== memberId) return joinRefused('FENCED_INSTANCE_ID', memberId);
  }
  if (group.withdraw(memberId)) return admit(group, group.add(memberId, facts));
  const member = group.members.get(memberId);
  return member ? rejoin(group, member, facts) : joinRefused('UNKNOWN_MEMBER_ID', memberId);
}

function joinStranger(group: ClassicGroup, { facts, invitesStrangers }: JoinRequest): Promise<JoinAnswer> | JoinAnswer {
  if (invitesStrangers && facts.groupInstanceId === null) {
    return joinRefused('MEMBER_ID_REQUIRED', group.invite(facts));
  }
  return admit(group, group.add(group.newMemberId(facts), facts));
}

/** Parks the member and sees to it that a rebalance runs. */
function admit(group: ClassicGroup, member: Member): Promise<JoinAnswer> {
  const answer = member.parkJoin(joinRefused('REBALANCE_IN_PROGRESS', member.id));
  if (group.state === 'PreparingRebalance') group.tryCompleteJoin();
  else group.prepareRebalance();
  return answer;
}

function rejoin(group: ClassicGroup, member: Member, facts: MemberFacts): Promise<JoinAnswer> | JoinAnswer {
  const unchanged = member.speaksExactly(facts.protocols);
  member.facts = facts;
  // The answer to the first JoinGroup was lost on its way: give it again.
  if (group.state === 'CompletingRebalance' && unchanged) return group.joined(member);
  // The leader rejoins to make a rebalance happen (its subscription's partitions changed); a follower just asks again.
  if (group.state === 'Stable' && unchanged && group.leaderId !== member.id) return group.joined(member);
  return admit(group, member);
}

/** A static member is back under a new id: with the same subscription a stable group does not move (KIP-345). */
function rejoinStatic(group: ClassicGroup, request: JoinRequest, formerId: string): Promise<JoinAnswer> | JoinAnswer {
  const former = group.members.get(formerId)!;
  const leaderBefore = group.leaderId;
  const { protocolName } = group;
  const sameSubscription =
    protocolName !== null &&
    Buffer.compare(former.metadataFor(protocolName), metadataIn(request.facts, protocolName)) === 0;
  const member = group.replaceStatic(former, request.facts);
  if (group.state !== 'Stable' || !sameSubscription) return admit(group, member);
  group.touch(member);
  if (request.canSkipAssignment) return group.joined(member, { skipAssignment: group.leaderId === member.id });
  // Older clients would assign again if told that they lead: they are shown the fenced id as leader instead.
  return group.joined(member, { leader: leaderBefore, members: [] });
}

function metadataIn(facts: MemberFacts, protocol: string): Uint8Array {
  return facts.protocols.find(({ name }) => name === protocol)?.metadata ?? new Uint8Array();
}
