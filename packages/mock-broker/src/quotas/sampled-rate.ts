const WINDOW_MS = 1000;
/** `quota.window.num` of a real broker: ten whole windows and the current one. */
const WINDOWS = 11;

type Sample = { readonly start: number; total: number };

/** An amount per second over the last ten to eleven seconds, measured as Kafka does: shorter histories count as ten. */
export class SampledRate {
  readonly #samples: Sample[] = [];

  record(amount: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last && now - last.start < WINDOW_MS) last.total += amount;
    else this.#samples.push({ start: now, total: amount });
    while (this.#samples[0] && now - this.#samples[0].start >= WINDOWS * WINDOW_MS) this.#samples.shift();
  }

  /** For how many ms nothing more may come until the rate is `bound` again; 0 while it is not exceeded. */
  excessMs(bound: number, now: number): number {
    const total = this.#samples.reduce((sum, sample) => sum + sample.total, 0);
    const windowMs = this.#windowMs(now);
    const rate = total / (windowMs / 1000);
    return rate > bound ? Math.round(((rate - bound) / bound) * windowMs) : 0;
  }

  #windowMs(now: number): number {
    const elapsed = now - (this.#samples[0]?.start ?? now);
    const whole = Math.floor(elapsed / WINDOW_MS);
    return elapsed + Math.max(0, WINDOWS - 1 - whole) * WINDOW_MS;
  }
}
