import type { ErrorName } from '@eventstream/kafka-protocol';

/** A real controller writes at most so many records for one request; more would also cost memory before anybody noticed. */
const MOST_PARTITIONS = 10_000;

/** Why so many partitions are not made at once; `undefined` when they are few enough. */
export function tooManyPartitions(count: number): { readonly error: ErrorName; readonly message: string } | undefined {
  if (count <= MOST_PARTITIONS) return undefined;
  return { error: 'POLICY_VIOLATION', message: 'Excessively large number of partitions per request.' };
}
