/**
 * Runs `run` exactly once, inside `enter` if that works. What `run` returns or throws comes out; what `enter` throws by itself
 * does not, since telemetry must not hurt what it watches.
 */
export function runOnce<Result>(run: () => Result, enter: (inner: () => void) => void): Result {
  const state: { outcome?: () => Result } = {};
  try {
    enter(() => {
      if (state.outcome !== undefined) return;
      try {
        const value = run();
        state.outcome = () => value;
      } catch (thrown) {
        state.outcome = () => {
          throw thrown;
        };
      }
    });
  } catch {
    // Whatever the context manager's trouble is, the handler's outcome is what counts.
  }
  // Kept even when `run` was never reached, so that a context manager which calls back late finds it done.
  state.outcome ??= run;
  return state.outcome();
}
