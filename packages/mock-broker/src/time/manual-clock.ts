import type { Clock, Timer } from './clock.ts';

type Entry = { readonly due: number; readonly order: number; readonly callback: () => void };

/**
 * A clock that moves only when told to, so a 45 s session timeout is tested in microseconds.
 *
 * It rules the broker's timers alone. A client in the same process still lives on real time.
 *
 * @example
 * ```ts
 * const clock = createManualClock();
 * await using broker = await startMockBroker({ clock });
 * clock.advance(45_000); // every member that has not sent a heartbeat is now expired
 * ```
 */
export type ManualClock = Clock & {
  /** Moves time forward by `ms` and runs what came due, in order of due time, then of scheduling. */
  advance(ms: number): void;
  /** How many timers wait. */
  pending(): number;
};

/** Gives a {@link ManualClock} that stands at `startMs` (default 2026-01-01T00:00:00Z). */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let time = startMs;
  let order = 0;
  const entries = new Set<Entry>();

  const nextDue = (limit: number): Entry | undefined => {
    let best: Entry | undefined;
    for (const entry of entries) {
      if (entry.due > limit) continue;
      if (!best || entry.due < best.due || (entry.due === best.due && entry.order < best.order)) best = entry;
    }
    return best;
  };

  return {
    now: () => time,
    schedule(delayMs, callback): Timer {
      const entry = { due: time + Math.max(0, delayMs), order: order++, callback };
      entries.add(entry);
      return { cancel: () => void entries.delete(entry) };
    },
    advance(ms) {
      const limit = time + ms;
      for (let entry = nextDue(limit); entry; entry = nextDue(limit)) {
        entries.delete(entry);
        time = entry.due;
        entry.callback();
      }
      time = limit;
    },
    pending: () => entries.size,
  };
}
