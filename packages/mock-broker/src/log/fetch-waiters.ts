import type { Clock } from '../time/clock.ts';
import type { Signal } from './signal.ts';

/** What a parked long poll waits for. */
export type Wait = {
  readonly clock: Clock;
  readonly maxWaitMs: number;
  /** Each may make `ready` true: appends to the partitions, moves of their leader, the end of the connection. */
  readonly signals: readonly Signal[];
  readonly ready: () => boolean;
};

/**
 * Resolves when `ready` holds or the time is over, whichever comes first.
 *
 * A signal is answered in a microtask, so one Produce request that appends to ten partitions wakes the poll once, with
 * all ten in view, and still within the same turn of the event loop.
 */
export function parkUntil(wait: Wait): Promise<void> {
  if (wait.ready() || wait.maxWaitMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    let settled = false;
    let queued = false;
    const settle = (): void => {
      settled = true;
      timer.cancel();
      for (const unsubscribe of undo) unsubscribe();
      resolve();
    };
    const look = (): void => {
      queued = false;
      if (!settled && wait.ready()) settle();
    };
    const wake = (): void => {
      if (queued || settled) return;
      queued = true;
      queueMicrotask(look);
    };
    const timer = wait.clock.schedule(wait.maxWaitMs, settle);
    const undo = wait.signals.map((signal) => signal.subscribe(wake));
  });
}
