import { MockBrokerError } from '../../errors.ts';

/** States of a consumer or share group, by the names they are described with. */
export type ModernGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable' | 'Dead';

/** Which state may follow which: they follow from members and epochs, so all may but that a group dies empty and for good. */
export const modernTransitions: Readonly<Record<ModernGroupState, readonly ModernGroupState[]>> = {
  Empty: ['Assigning', 'Reconciling', 'Stable', 'Dead'],
  Assigning: ['Empty', 'Reconciling', 'Stable'],
  Reconciling: ['Empty', 'Assigning', 'Stable'],
  Stable: ['Empty', 'Assigning', 'Reconciling'],
  Dead: [],
};

/** Gives `to` when the table allows the move. */
export function moveModern(groupId: string, from: ModernGroupState, to: ModernGroupState): ModernGroupState {
  if (modernTransitions[from].includes(to)) return to;
  const allowed = modernTransitions[from].join(', ') || 'nothing';
  throw new MockBrokerError(
    'ILLEGAL_TRANSITION',
    `Group "${groupId}" cannot go from ${from} to ${to}: only to ${allowed}. This is a bug of the mock broker.`,
    { groupId, from, to },
  );
}
