/** A pending callback; `cancel` is idempotent and safe after it has run. */
export type Timer = { cancel(): void };

/** The only source of time in the broker, so that a test can own it. Times are milliseconds since the Unix epoch. */
export type Clock = {
  now(): number;
  /** Whether clients go by the same time. Then a leader refuses records whose own time is too far from it. */
  readonly isSharedWithClients?: boolean;
  /** Runs `callback` once, `delayMs` from now at the earliest. */
  schedule(delayMs: number, callback: () => void): Timer;
};

const LONGEST_NODE_TIMEOUT_MS = 2 ** 31 - 1;

/** The system clock. Its timers never keep the process alive: an open socket does, a waiting group must not. */
export const systemClock: Clock = {
  now: () => Date.now(),
  isSharedWithClients: true,
  schedule(delayMs, callback) {
    // Node runs a longer timeout at once; Kafka clients send Integer.MAX_VALUE and beyond for "no limit".
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_NODE_TIMEOUT_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
