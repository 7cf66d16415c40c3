import type { MemberProtocol } from '../classic/answers.ts';
import type { Holding } from './assignment.ts';

/** How far a member is on its way to the target assignment. */
export type MemberState = 'Stable' | 'UnrevokedPartitions' | 'UnreleasedPartitions';

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
    state: 'Stable',
    assigned: new Map(),
    pendingRevocation: new Map(),
    classic: undefined,
  };
}
