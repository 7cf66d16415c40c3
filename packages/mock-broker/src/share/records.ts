import { MockBrokerError } from '../errors.ts';

/** How far a share group is with one record. */
export type RecordState = 'Available' | 'Acquired' | 'Acknowledged' | 'Archived';

/** Which state may follow which (KIP-932); the last two are for good. */
export const recordTransitions: Readonly<Record<RecordState, readonly RecordState[]>> = {
  Available: ['Acquired', 'Archived'],
  Acquired: ['Available', 'Acknowledged', 'Archived'],
  Acknowledged: [],
  Archived: [],
};

/** Gives `to` when the table allows the move. */
export function moveRecord(offset: number, from: RecordState, to: RecordState): RecordState {
  if (recordTransitions[from].includes(to)) return to;
  throw new MockBrokerError(
    'ILLEGAL_TRANSITION',
    `The shared record at ${offset} cannot go from ${from} to ${to}: only to ${recordTransitions[from].join(', ') || 'nothing'}. This is a bug of the mock broker.`,
    { offset, from, to },
  );
}
