import type { RequestContext } from './context.ts';
import { payerOf } from './throttle.ts';

/** Why a mutation is not done; real brokers have no words for it. */
const exceeded = { error: 'THROTTLING_QUOTA_EXCEEDED', message: null } as const;

/** A change of so many partitions, and since which version its API says when there were too many (KIP-599). */
export type Mutation = { readonly partitions: number; readonly refusedSince: number };

/**
 * Charges controller_mutation_rate, and gives why the change may not be done now. Requests of older versions are not
 * refused: their sender is told to be silent afterwards.
 */
export function chargeMutation(context: RequestContext, mutation: Mutation): typeof exceeded | undefined {
  const { partitions, refusedSince } = mutation;
  const isStrict = context.version >= refusedSince;
  const { done, throttleMs } = context.security.quotas.chargeMutation(payerOf(context), { partitions, isStrict });
  context.throttle.atLeast(throttleMs);
  return done ? undefined : exceeded;
}
