import type { ApiName } from '@eventstream/kafka-protocol';
import { apis } from './apis/index.ts';

/** One API of the broker, and what it leaves out. */
export type ServedApi = {
  readonly key: number;
  readonly name: ApiName;
  /** The lowest and highest version served. */
  readonly versions: readonly [number, number];
  /** What real brokers do and this one does not, a sentence each. */
  readonly limits: readonly string[];
};

/**
 * Every API the broker serves, in key order, each with its versions and with what it leaves out.
 *
 * This is what `APIS.md` is made of. A cluster that acts as an older release serves fewer.
 *
 * @example
 * ```ts
 * const fetch = servedApis().find(({ name }) => name === 'Fetch');
 * console.log(fetch?.versions); // [ 4, 18 ]
 * ```
 */
export function servedApis(): readonly ServedApi[] {
  return apis.map(({ message: { key, name }, versions, limits }) => ({ key, name: name as ApiName, versions, limits }));
}
