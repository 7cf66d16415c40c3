import type { ErrorName } from '@eventstream/kafka-protocol';
import { type SyncAnswer, syncRefused } from './answers.ts';
import type { ClassicGroup } from './group.ts';
import type { Member } from './member.ts';

/** Who says it is a member, of which generation. */
export type Claim = {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
};

/** The member behind a claim, or why there is none. */
export function identify(group: ClassicGroup, claim: Claim): Member | ErrorName {
  const { memberId, groupInstanceId } = claim;
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (groupInstanceId !== null) {
    const current = group.memberOfInstance(groupInstanceId);
    if (current === undefined) return 'UNKNOWN_MEMBER_ID';
    if (current !== memberId) return 'FENCED_INSTANCE_ID';
  }
  const member = group.members.get(memberId);
  if (!member) return 'UNKNOWN_MEMBER_ID';
  return claim.generationId === group.generationId ? member : 'ILLEGAL_GENERATION';
}

/** Keeps a member alive and tells it when it has to join again. */
export function heartbeat(group: ClassicGroup, claim: Claim): ErrorName {
  const member = identify(group, claim);
  if (typeof member === 'string') return member;
  if (!member.awaitsJoin && !member.awaitsSync) group.touch(member);
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** What a SyncGroup brings; only the leader's carries assignments, and versions before 5 name no protocol. */
export type SyncRequest = Claim & {
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Uint8Array }[];
};

/** Hands out the assignment of this generation, waiting for the leader's plan if it is not there yet. */
export function syncGroup(group: ClassicGroup, request: SyncRequest): Promise<SyncAnswer> | SyncAnswer {
  const member = identify(group, request);
  if (typeof member === 'string') return syncRefused(member);
  if (differs(request.protocolType, group.protocolType) || differs(request.protocolName, group.protocolName)) {
    return syncRefused('INCONSISTENT_GROUP_PROTOCOL');
  }
  if (group.state === 'PreparingRebalance') return syncRefused('REBALANCE_IN_PROGRESS');
  if (group.state === 'Stable') {
    group.touch(member);
    return group.assignmentOf(member);
  }
  const answer = member.parkSync(syncRefused('REBALANCE_IN_PROGRESS'));
  if (member.id === group.leaderId) {
    group.assign(new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment])));
  }
  return answer;
}

function differs(said: string | null, known: string | null): boolean {
  return said !== null && said !== known;
}

/** Takes a member out at its own wish, or a static one by its instance id at an operator's. */
export function leaveGroup(group: ClassicGroup, memberId: string, groupInstanceId: string | null): ErrorName {
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (group.withdraw(memberId)) {
    group.tryCompleteJoin();
    return 'NONE';
  }
  const current = groupInstanceId === null ? memberId : group.memberOfInstance(groupInstanceId);
  if (current === undefined) return 'UNKNOWN_MEMBER_ID';
  if (memberId !== '' && current !== memberId) return 'FENCED_INSTANCE_ID';
  const member = group.members.get(current);
  if (!member) return 'UNKNOWN_MEMBER_ID';
  group.expel(member);
  return 'NONE';
}
