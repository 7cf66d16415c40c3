import type { MemberProtocol } from '../classic/answers.ts';
import type { Holding } from './assignment.ts';
import { type MemberState, memberAfter } from './member-states.ts';

/** What a member that came by JoinGroup brought along, while the group is on its way between the protocols. */
export type ClassicSide = { readonly sessionTimeoutMs: number; readonly protocols: readonly MemberProtocol[] };

/** A member of a consumer group. Never changed: the group replaces it. */
export type ConsumerMember = {
  readonly id: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly topicNames: readonly string[];
  /** Empty: none. */
  readonly topicRegex: string;
  readonly serverAssignor: string | null;
  /** 0 while joining, -2 while a static member is away. */
  readonly epoch: number;
  readonly previousEpoch: number;
  readonly state: MemberState;
  readonly assigned: Holding;
  /** No longer its own, but not yet reported as given up. */
  readonly pendingRevocation: Holding;
  readonly classic: ClassicSide | undefined;
};

/** The epoch by which a static member says that it will be back. */
export const awayEpoch = -2;

/** Somebody nobody knows yet. */
export function newMember(id: string): ConsumerMember {
  return {
    id,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    topicNames: [],
    topicRegex: '',
    serverAssignor: null,
    epoch: 0,
    previousEpoch: -1,
    state: memberAfter(id, 'Absent', 'join'),
    assigned: new Map(),
    pendingRevocation: new Map(),
    classic: undefined,
  };
}

/** The same member at the beginning, in the place of one that is away or of a classic one, with what that one has. */
export function restarted(former: ConsumerMember, id: string): ConsumerMember {
  const state = memberAfter(former.id, former.state, 'restart');
  return { ...former, id, state, epoch: 0, previousEpoch: 0, pendingRevocation: new Map() };
}

/** A member that speaks under its own id without naming its instance is there again, whether it was away or not. */
export function present<Known extends ConsumerMember | undefined>(member: Known): Known {
  return member?.state === 'Away' ? { ...member, state: memberAfter(member.id, 'Away', 'restart') } : member;
}
