import type { Assignment, Holding, PartitionKey } from './assignment.ts';
import type { ConsumerMember } from './member.ts';
import { memberAfter } from './member-states.ts';

/** What a member is led towards. */
export type Goal = {
  readonly epoch: number;
  readonly target: Assignment;
  /** Whether any member, this one included, still holds or has to give up the partition. */
  isTaken(key: PartitionKey): boolean;
  /** What the member says it holds; nothing said is no proof that anything was given up. */
  readonly owned: Assignment | undefined;
};

/**
 * The member one step nearer to its target (KIP-848).
 *
 * First it has to give up what it is not to have, and stays in its epoch until it says that it did. Then it gets what is
 * free; what others still hold comes later, when they have given it up. So no partition is ever held by two.
 */
export function reconcile(member: ConsumerMember, goal: Goal): ConsumerMember {
  if (member.state === 'Stable' && member.epoch === goal.epoch) return member;
  if (member.state !== 'UnrevokedPartitions') return step(member, member.epoch, goal);
  return ownsAny(goal.owned, member.pendingRevocation) ? member : step(member, member.epoch + 1, goal);
}

function step(member: ConsumerMember, epoch: number, { target, isTaken, owned, ...goal }: Goal): ConsumerMember {
  const kept = new Map([...member.assigned].filter(([key]) => target.has(key)));
  const revoked = new Map([...member.assigned].filter(([key]) => !target.has(key)));
  if (revoked.size > 0 && ownsAny(owned, revoked)) {
    return {
      ...moved(member, epoch),
      state: memberAfter(member.id, member.state, 'revoke'),
      assigned: kept,
      pendingRevocation: revoked,
    };
  }
  const missing = [...target].filter((key) => !kept.has(key));
  const free = missing.filter((key) => !isTaken(key));
  return {
    ...moved(member, goal.epoch),
    state: memberAfter(member.id, member.state, free.length < missing.length ? 'await' : 'arrive'),
    assigned: new Map([...kept, ...free.map((key) => [key, goal.epoch] as const)]),
    pendingRevocation: new Map(),
  };
}

/** The epoch before this one is remembered: a heartbeat may come with it if the answer was lost. */
function moved(member: ConsumerMember, epoch: number): ConsumerMember {
  return { ...member, epoch, previousEpoch: member.epoch };
}

function ownsAny(owned: Assignment | undefined, keys: Holding): boolean {
  return owned === undefined || [...keys.keys()].some((key) => owned.has(key));
}
