/** Undoes what it was returned by: cancels a timer, removes a listener. Calling it twice is harmless. */
export type Undo = () => void;

/** Where all time comes from. Production code uses {@link systemClock}; tests use the manual clock of `./testing`. */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start that never jump, for measuring durations. */
  elapsed(): number;
  /** Calls `callback` once after `delayMs` (≥ 0) unless undone. A pending timer keeps the process alive. */
  after(delayMs: number, callback: () => void): Undo;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
