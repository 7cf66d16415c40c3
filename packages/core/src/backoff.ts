/** How long to wait before attempt after attempt. */
export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. Default 100. */
  readonly initialMs?: number;
  /** Upper bound of every delay, in milliseconds. Default 10,000. */
  readonly maxMs?: number;
  /** Growth per attempt. Default 2. */
  readonly factor?: number;
  /** 0..1: the part of each delay that is random. Default 1, "full jitter", so that clients do not come back together. */
  readonly jitter?: number;
}

/** Uniform in [0, 1). Injected so that tests repeat exactly. */
export type Random = () => number;

/**
 * The delay in milliseconds before retry number `attempt` (1 for the first retry): exponential, capped, jittered.
 *
 * @example
 * ```ts
 * import { backoffDelay } from '@eventstream/core';
 *
 * console.assert(backoffDelay(3, { initialMs: 100, jitter: 0 }) === 400);
 * ```
 */
export function backoffDelay(attempt: number, options: BackoffOptions = {}, random: Random = Math.random): number {
  const { initialMs = 100, maxMs = 10_000, factor = 2, jitter = 1 } = options;
  const ceiling = Math.min(maxMs, initialMs * factor ** (attempt - 1));
  return Math.round(ceiling * (1 - jitter) + ceiling * jitter * random());
}
