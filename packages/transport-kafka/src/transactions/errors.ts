import { EventstreamError } from '@eventstream/core';

/** The error for a call that the state of the transaction does not allow. */
export function wrongState(
  transactionalId: string,
  state: string,
  hint: string,
): EventstreamError<'transaction-state'> {
  return new EventstreamError('transaction-state', {
    message: `Transactional producer "${transactionalId}" is ${state}. ${hint}`,
    facts: { transactionalId, state },
  });
}

/** The error for a producer whose transactional id another one uses now. */
export function producerFenced(transactionalId: string, epoch: number): EventstreamError<'producer-fenced'> {
  return new EventstreamError('producer-fenced', {
    message: `Another producer uses the transactional id "${transactionalId}" now; this one is fenced, and its open transaction is aborted. Close it.`,
    facts: { transactionalId, epoch },
  });
}
