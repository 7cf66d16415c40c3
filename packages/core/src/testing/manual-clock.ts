import type { Clock, Undo } from '../clock.ts';

/** A clock that stands still until told. Made by {@link createManualClock}. */
export interface ManualClock extends Clock {
  /** Lets `ms` milliseconds pass: runs every timer that falls due, in order, letting promises settle between them. */
  advance(ms: number): Promise<void>;
  /** Timers that are set and not yet due. */
  readonly pending: number;
}

/** Lets every promise reaction that is queued, and those they queue, run. */
async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/**
 * A clock for tests: time passes only through `advance`.
 *
 * @example
 * ```ts
 * import { sleep } from '@eventstream/core';
 * import { createManualClock } from '@eventstream/core/testing';
 *
 * const clock = createManualClock();
 * const slept = sleep(45_000, clock);
 * await clock.advance(45_000);
 * await slept;
 * ```
 */
export function createManualClock(startMs = 1_750_000_000_000): ManualClock {
  let now = startMs;
  let order = 0;
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>();

  function earliest(until: number): [number, { readonly due: number; readonly callback: () => void }] | undefined {
    let found: [number, { readonly due: number; readonly callback: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].due <= until && (found === undefined || entry[1].due < found[1].due)) found = entry;
    }
    return found;
  }

  return {
    now: () => now,
    elapsed: () => now - startMs,
    after(delayMs, callback): Undo {
      order += 1;
      const id = order;
      timers.set(id, { due: now + delayMs, callback });
      return () => {
        timers.delete(id);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await settleMicrotasks();
      for (let next = earliest(until); next !== undefined; next = earliest(until)) {
        timers.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].callback();
        await settleMicrotasks();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}
