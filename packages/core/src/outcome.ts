import type { Appended, Outcome } from './transport.ts';

/** A record's promise with what its appender makes of the outcome, for drivers that have a promise by then. */
export function outcomeOf<Result = Appended>(
  appended: Promise<Appended>,
  outcome: Outcome<Result> | undefined,
): Promise<Result> {
  if (outcome === undefined) return appended as Promise<unknown> as Promise<Result>;
  return appended.then(
    (stored) => outcome.stored(stored),
    (error: unknown) => Promise.reject(outcome.failed(error)),
  );
}
