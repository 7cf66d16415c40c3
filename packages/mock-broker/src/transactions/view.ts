import type { TransactionState } from './states.ts';
import type { PartitionName, Transaction } from './transaction.ts';

/** A transactional id as a test wants to see it. */
export type TransactionView = {
  readonly transactionalId: string;
  readonly state: TransactionState;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** What the open transaction has touched; nothing once it has ended. */
  readonly partitions: readonly PartitionName[];
  /** Groups whose offsets wait for the end of the open transaction. */
  readonly groups: readonly string[];
};

/** A copy of what a transaction looks like now. */
export function describeTransaction(transaction: Transaction): TransactionView {
  const { producerId, producerEpoch } = transaction.identity.current;
  return {
    transactionalId: transaction.id,
    state: transaction.state,
    producerId: Number(producerId),
    producerEpoch,
    timeoutMs: transaction.timeoutMs,
    partitions: transaction.partitions(),
    groups: transaction.groups(),
  };
}
