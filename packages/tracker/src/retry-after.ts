/** A wrong header must not silence a site for ever. */
export const RETRY_AFTER_MAX_MS = 24 * 3_600_000;

/** `Retry-After` in milliseconds, from its seconds or its date form (RFC 9110 §10.2.3); 0 when absent, past or unreadable. */
export function parseRetryAfter(header: string | null, now: number): number {
  const ms = Number(header) * 1_000 || Date.parse(header ?? '') - now;
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : 0;
}
