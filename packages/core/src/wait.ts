import { type Clock, systemClock, type Undo } from './clock.ts';
import { EventstreamError } from './errors.ts';

/** How long to wait, and who may cut it short. */
export interface WaitOptions {
  /** Milliseconds until the wait rejects with `timeout`. */
  readonly timeoutMs?: number;
  /** Rejects the wait with `aborted` when it fires; the reason becomes the cause. */
  readonly signal?: AbortSignal;
}

/** What {@link waitFor} needs beyond the promise. */
export interface WaitContext extends WaitOptions {
  /** Names the operation in the error. */
  readonly operation: string;
  readonly clock?: Clock;
}

function abortedError(operation: string, signal: AbortSignal): EventstreamError<'aborted'> {
  return new EventstreamError('aborted', {
    message: `${operation} was aborted by its signal.`,
    facts: { operation },
    cause: signal.reason,
  });
}

/**
 * The promise's own outcome, or a typed `timeout` / `aborted` rejection, whichever comes first. The work behind the
 * promise goes on: waiting is given up, not the work.
 */
export function waitFor<Value>(promise: Promise<Value>, context: WaitContext): Promise<Value> {
  const { operation, timeoutMs, signal, clock = systemClock } = context;
  if (timeoutMs === undefined && signal === undefined) return promise;
  if (signal?.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(abortedError(operation, signal));
  }
  return new Promise<Value>((resolve, reject) => {
    let cancel: Undo = () => undefined;
    const onAbort = () => finish(() => reject(abortedError(operation, signal as AbortSignal)));
    const finish = (settle: () => void) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (timeoutMs !== undefined) {
      cancel = clock.after(timeoutMs, () =>
        finish(() => {
          const message = `${operation} did not finish within ${timeoutMs} ms. Raise the timeout or look at the brokers.`;
          reject(new EventstreamError('timeout', { message, facts: { operation, timeoutMs } }));
        }),
      );
    }
    promise.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}

/** Resolves after `delayMs` on the given clock; rejects with `aborted` when the signal fires first. */
export function sleep(delayMs: number, clock: Clock = systemClock, signal?: AbortSignal): Promise<void> {
  let cancel: Undo = () => undefined;
  const slept = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve);
  });
  if (signal === undefined) return slept;
  return waitFor(slept, { operation: 'sleep', signal, clock }).finally(cancel);
}

/** Resolves with the promise, however it ends, or with `late` when `ms` have passed. Never rejects; the work goes on. */
export function within(promise: Promise<unknown>, ms: number, clock: Clock = systemClock): Promise<'settled' | 'late'> {
  return new Promise((resolve) => {
    const cancel = clock.after(Math.max(ms, 0), () => resolve('late'));
    const settled = () => {
      cancel();
      resolve('settled');
    };
    promise.then(settled, settled);
  });
}
