import { MockBrokerError } from '../../errors.ts';

/** States of a classic group, by the names DescribeGroups shows. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** Which state may follow which. Whatever is not here is a bug of the broker and is refused by name. */
export const transitions: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ['PreparingRebalance', 'Dead'],
  PreparingRebalance: ['CompletingRebalance', 'Empty', 'Dead'],
  CompletingRebalance: ['Stable', 'PreparingRebalance', 'Dead'],
  Stable: ['PreparingRebalance', 'Dead'],
  Dead: [],
};

/** Gives `to` when the table allows the move. */
export function move(groupId: string, from: GroupState, to: GroupState): GroupState {
  if (transitions[from].includes(to)) return to;
  const allowed = transitions[from].join(', ') || 'nothing';
  throw new MockBrokerError(
    'ILLEGAL_TRANSITION',
    `Group "${groupId}" cannot go from ${from} to ${to}: only to ${allowed}. This is a bug of the mock broker.`,
    { groupId, from, to },
  );
}
