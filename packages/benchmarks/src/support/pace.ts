/** How an open loop runs. */
export interface Pace {
  /** Per second. */
  readonly rate: number;
  readonly seconds: number;
}

/**
 * Calls `fire` at a fixed rate, however long what it starts takes: a slow answer delays no later call, so that waiting is
 * measured and not hidden. `due` is when the call should have been, on the clock of `performance.now()`; timers are exact to
 * about a millisecond. Resolves after the last call.
 */
export function openLoop({ rate, seconds }: Pace, fire: (due: number) => void): Promise<void> {
  const interval = 1000 / rate;
  const total = Math.round(rate * seconds);
  const began = performance.now() + 1;
  let fired = 0;
  return new Promise((resolve) => {
    const tick = () => {
      const now = performance.now();
      for (; fired < total && began + fired * interval <= now; fired += 1) fire(began + fired * interval);
      if (fired === total) resolve();
      else setTimeout(tick, began + fired * interval - now);
    };
    tick();
  });
}

/** Keeps `width` calls going at once and marks what was done between `warmUpMs` and `warmUpMs + measureMs`. */
export interface Loops {
  readonly width: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Counts what `call` does per second with `width` of them always under way; `mark` is called when the warm-up is over. */
export async function closedLoops(
  { width, warmUpMs, measureMs }: Loops,
  call: () => Promise<unknown>,
  mark: () => void,
): Promise<{ readonly events: number; readonly seconds: number }> {
  let done = 0;
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      await call();
      done += 1;
    }
  };
  const loops = Promise.all(Array.from({ length: width }, loop));
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const [before, began] = [done, performance.now()];
  mark();
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const measured = { events: done - before, seconds: (performance.now() - began) / 1000 };
  stopped = true;
  await loops;
  return measured;
}
