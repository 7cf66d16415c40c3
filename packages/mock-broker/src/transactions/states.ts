import { MockBrokerError } from '../errors.ts';

/** States of a transaction, by the names DescribeTransactions shows. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareEpochFence'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  | 'Dead';

/**
 * Which state may follow which. Whatever is not here is a bug of the broker and is refused by name.
 *
 * Since KIP-890 a transaction nothing was added to may be aborted, which raises the epoch: hence `PrepareAbort` from
 * states in which nothing is open.
 */
export const transitions: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  Empty: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
  Ongoing: ['PrepareCommit', 'PrepareAbort', 'PrepareEpochFence'],
  PrepareEpochFence: ['PrepareAbort'],
  PrepareCommit: ['CompleteCommit'],
  PrepareAbort: ['CompleteAbort'],
  CompleteCommit: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
  CompleteAbort: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
  Dead: [],
};

/** Every state, in the order of a transaction's life. */
export const transactionStates = Object.keys(transitions) as readonly TransactionState[];

/** Gives `to` when the table allows the move. */
export function move(transactionalId: string, from: TransactionState, to: TransactionState): TransactionState {
  if (transitions[from].includes(to)) return to;
  const allowed = transitions[from].join(', ') || 'nothing';
  throw new MockBrokerError(
    'ILLEGAL_TRANSITION',
    `Transaction "${transactionalId}" cannot go from ${from} to ${to}: only to ${allowed}. This is a bug of the mock broker.`,
    { transactionalId, from, to },
  );
}
