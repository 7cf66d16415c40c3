/** `controller.quota.window.num` of a real broker: so many seconds of a rate may be used in one burst. */
const BURST_SECONDS = 11;

/**
 * Tokens that come back at a rate, up to a burst (KIP-599). They may be overdrawn: one large request is let through and
 * paid for by those after it, or nobody could ever ask for more than the burst.
 */
export class TokenBucket {
  #tokens: number | undefined;
  #filledAt = 0;

  /** Takes tokens, whatever is there. */
  take(count: number, perSecond: number, now: number): void {
    this.#tokens = this.#refilled(perSecond, now) - count;
    this.#filledAt = now;
  }

  /** For how many ms nothing more may be taken; 0 while nothing is overdrawn. */
  debtMs(perSecond: number, now: number): number {
    const tokens = this.#refilled(perSecond, now);
    return tokens < 0 ? Math.round((-tokens / perSecond) * 1000) : 0;
  }

  #refilled(perSecond: number, now: number): number {
    const burst = perSecond * BURST_SECONDS;
    const tokens = this.#tokens ?? burst;
    return Math.min(burst, tokens + ((now - this.#filledAt) / 1000) * perSecond);
  }
}
