import type { ErrorName } from '@eventstream/kafka-protocol';

/** A coordinator's refusal in the words of a version that may not know PRODUCER_FENCED yet (KIP-588). */
export function coordinatorError(error: ErrorName, knowsFenced: boolean): ErrorName {
  return error === 'PRODUCER_FENCED' && !knowsFenced ? 'INVALID_PRODUCER_EPOCH' : error;
}

/**
 * The same refusal in the words of those who write into a transaction, in Produce and TxnOffsetCommit: they never hear
 * PRODUCER_FENCED, and TRANSACTION_ABORTABLE only since KIP-890.
 */
export function writerError(error: ErrorName, knowsAbortable: boolean): ErrorName {
  if (error === 'TRANSACTION_ABORTABLE' && !knowsAbortable) return 'INVALID_TXN_STATE';
  return coordinatorError(error, false);
}
