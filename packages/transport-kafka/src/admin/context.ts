import type { WaitOptions } from '@eventstream/core';
import type { Cluster } from '../cluster/cluster.ts';
import type { Coordinators } from '../cluster/coordinators.ts';
import { type PersistOptions, persist } from '../cluster/persist.ts';
import type { Attempt } from '../errors/attempt.ts';
import type { Settings } from '../settings.ts';

/** What administration works with. */
export type AdminContext = {
  readonly settings: Settings;
  readonly brokers: readonly string[];
  readonly cluster: Cluster;
  readonly coordinators: Coordinators;
};

/** Asks until there is an answer, as {@link persist} does, for as long as a request may take. */
export function insist<Value>(
  { settings, brokers, cluster }: AdminContext,
  what: Omit<Attempt, 'brokers'> & { readonly wait?: WaitOptions; readonly onFailure?: PersistOptions['onFailure'] },
  work: (attempt: Attempt) => Promise<Value>,
): Promise<Value> {
  const { wait = {}, onFailure, ...named } = what;
  const attempt = { ...named, brokers };
  const { clock, random, requestTimeoutMs: timeoutMs } = settings;
  return persist(() => work(attempt), {
    attempt,
    clock,
    random,
    timeoutMs,
    wait,
    onClose: (listener) => cluster.onClose(listener),
    ...(onFailure === undefined ? {} : { onFailure }),
  });
}
