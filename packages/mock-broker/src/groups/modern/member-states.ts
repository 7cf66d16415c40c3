import { MockBrokerError } from '../../errors.ts';

/** How far a member is on its way to the target assignment, or that it is not there: for a while, or at all. */
export type MemberState = 'Absent' | 'Stable' | 'UnrevokedPartitions' | 'UnreleasedPartitions' | 'Away';

/**
 * What happens to a member: it joins; it is told to `revoke` partitions, to `await` those that others hold, or has
 * `arrived` at its target; as a static one it goes `away`, and somebody `restarts` in its place; it leaves, or is fenced.
 */
export type MemberEvent = 'join' | 'revoke' | 'await' | 'arrive' | 'goAway' | 'restart' | 'leave';

/** Which state follows on what. What is not here does not happen: nobody is led a step while it is away. */
export const memberTransitions: Readonly<Record<MemberState, Readonly<Partial<Record<MemberEvent, MemberState>>>>> = {
  Absent: { join: 'Stable' },
  Stable: {
    revoke: 'UnrevokedPartitions',
    await: 'UnreleasedPartitions',
    arrive: 'Stable',
    goAway: 'Away',
    restart: 'Stable',
    leave: 'Absent',
  },
  UnrevokedPartitions: {
    revoke: 'UnrevokedPartitions',
    await: 'UnreleasedPartitions',
    arrive: 'Stable',
    goAway: 'Away',
    restart: 'UnrevokedPartitions',
    leave: 'Absent',
  },
  UnreleasedPartitions: {
    revoke: 'UnrevokedPartitions',
    await: 'UnreleasedPartitions',
    arrive: 'Stable',
    goAway: 'Away',
    restart: 'UnreleasedPartitions',
    leave: 'Absent',
  },
  Away: { goAway: 'Away', restart: 'Stable', leave: 'Absent' },
};

/** The state a member is in after an event, when the table has it. */
export function memberAfter(memberId: string, from: MemberState, event: MemberEvent): MemberState {
  const to = memberTransitions[from][event];
  if (to !== undefined) return to;
  const known = Object.keys(memberTransitions[from]).join(', ');
  throw new MockBrokerError(
    'ILLEGAL_TRANSITION',
    `Member "${memberId}" is ${from} and cannot ${event}: only ${known}. This is a bug of the mock broker.`,
    { memberId, from, event },
  );
}
