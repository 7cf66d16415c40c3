import { MockBrokerError } from '../errors.ts';
import type { Clock, Timer } from './clock.ts';
import { type Duration, toMs } from './duration.ts';
import { TimerHeap } from './timer-heap.ts';

/** How {@link ManualClock.runUntil} goes about it. */
export type RunUntilOptions = {
  /** How much time of this clock may pass at most. Default `'1h'`. */
  readonly deadline?: Duration;
  /**
   * How long, in real time, the broker must have had nothing to do before time moves on, so that clients can answer what
   * the last step brought. Default `'10ms'`; raise it for clients far away or slow.
   */
  readonly quiet?: Duration;
  /** How long, in real time, to wait for clients once no timer is left within the deadline. Default `'2s'`. */
  readonly patience?: Duration;
};

/**
 * A clock that moves only when told to, so a 45 s session timeout is tested in microseconds.
 *
 * It rules the broker's timers alone: a client sees what a real broker would show it after that time, while its own timers,
 * in this process or another, live on real time. Records carry the time of their client, so where retention matters, begin
 * at `Date.now()`.
 *
 * @example
 * ```ts
 * const clock = createManualClock();
 * await using broker = await startMockBroker({ clock });
 * clock.advance('45s'); // every member that has not sent a heartbeat is now expired
 * ```
 */
export type ManualClock = Clock & {
  /** Moves time forward, by milliseconds or `'45s'`, and runs what came due, in order of due time, then of scheduling. */
  advance(duration: Duration): void;
  /**
   * Moves time forward from timer to timer until `condition` holds, and lets clients act in between.
   *
   * @throws MockBrokerError `DEADLINE` when it does not hold by then
   */
  runUntil(condition: () => boolean | Promise<boolean>, options?: RunUntilOptions): Promise<void>;
  /** When the next timer is due; `undefined` when none waits. */
  nextDue(): number | undefined;
  /** How many timers wait. */
  pending(): number;
};

/** Gives a {@link ManualClock} that stands at `startMs` (default 2026-01-01T00:00:00Z). */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  return new SteppedClock(startMs);
}

/** A client that never rests, such as one that asks again and again, must not stop time: after so many times `quiet` it moves on. */
const RESTLESS = 20;

/** So many timers at one moment are a loop that would never end. */
const MOST_AT_ONCE = 1_000_000;

class SteppedClock implements ManualClock {
  #time: number;
  #order = 0;
  /** How often the clock was asked: a broker that does anything asks for the time. */
  #uses = 0;
  readonly #timers = new TimerHeap();

  constructor(startMs: number) {
    this.#time = startMs;
  }

  now(): number {
    this.#uses += 1;
    return this.#time;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    this.#uses += 1;
    const entry = { due: this.#time + Math.max(0, delayMs), order: this.#order++, callback, cancelled: false };
    this.#timers.push(entry);
    return { cancel: () => this.#timers.cancel(entry) };
  }

  advance(duration: Duration): void {
    const limit = this.#time + toMs(duration);
    let [stoodAt, stood] = [this.#time, 0];
    for (let next = this.#timers.first(); next && next.due <= limit; next = this.#timers.first()) {
      this.#step();
      stood = this.#time === stoodAt ? stood + 1 : 0;
      stoodAt = this.#time;
      if (stood > MOST_AT_ONCE)
        throw new RangeError('Time stands still: timers go on setting others that are due at once.');
    }
    this.#time = limit;
  }

  async runUntil(condition: () => boolean | Promise<boolean>, options: RunUntilOptions = {}): Promise<void> {
    const { deadline = '1h', quiet = '10ms', patience = '2s' } = options;
    const startedAt = this.#time;
    const limit = startedAt + toMs(deadline);
    let steps = 0;
    let uses = this.#uses;
    let steppedAt = performance.now();
    let calmSince = steppedAt;
    while (!(await condition())) {
      const first = this.#timers.first();
      const next = first && first.due <= limit ? first : undefined;
      const now = performance.now();
      const calm = now - calmSince;
      const isRestless = now - steppedAt >= RESTLESS * toMs(quiet);
      if (next && (calm >= toMs(quiet) || isRestless)) {
        this.#step();
        steps += 1;
        steppedAt = performance.now();
        calmSince = steppedAt;
      } else if (!next && calm >= toMs(patience)) {
        throw overdue({ startedAt, limit, steps, next: first?.due });
      }
      await turn();
      if (uses !== this.#uses) calmSince = performance.now();
      uses = this.#uses;
    }
  }

  nextDue(): number | undefined {
    return this.#timers.first()?.due;
  }

  pending(): number {
    return this.#timers.size;
  }

  #step(): void {
    const entry = this.#timers.shift();
    if (!entry) return;
    this.#time = Math.max(this.#time, entry.due);
    entry.callback();
  }
}

/** Lets I/O, timers and everything else that waits have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(() => setImmediate(resolve), 0));
}

type Overdue = { startedAt: number; limit: number; steps: number; next: number | undefined };

function overdue({ startedAt, limit, steps, next }: Overdue): MockBrokerError {
  const left = next === undefined ? 'no timer is left' : `the next timer is due ${next - startedAt} ms after the start`;
  const deadline = limit - startedAt;
  return new MockBrokerError(
    'DEADLINE',
    `The condition did not come true within ${deadline} ms of the clock: ${steps} timers ran, ${left}. Give a later \`deadline\`, or a client that does what is waited for.`,
    { deadline, steps },
  );
}
