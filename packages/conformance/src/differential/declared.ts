import type { ApiName } from '@eventstream/kafka-protocol';

/** A difference from real brokers that is meant to be there. */
export type DeclaredDifference = {
  readonly api: ApiName;
  /** Where in the answer, as the report names it; `''` when only one of the two answers at all. */
  readonly path: string | readonly string[];
  /** In these steps only. Default: in all. */
  readonly titles?: readonly string[];
  readonly versions?: readonly [lowest: number, highest: number];
  /** Against these real brokers only. Default: all. */
  readonly kafka?: readonly string[];
  /** Why, in the words of the table for users; one of the API's own limits, or a sentence beside them. */
  readonly reason: string;
};

/** Every difference that stays. One that is not here fails the test, and so does one here that is not met any more. */
export const declared: readonly DeclaredDifference[] = [];
