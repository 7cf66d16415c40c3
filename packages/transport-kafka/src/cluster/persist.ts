import {
  backoffDelay,
  type Clock,
  type EventstreamError,
  isEventstreamError,
  type Random,
  sleep,
  type Undo,
  type WaitOptions,
  waitFor,
} from '@eventstream/core';
import type { Attempt } from '../errors/attempt.ts';
import { toEventstreamError } from '../errors/to-eventstream.ts';

/** What {@link persist} needs beside the work. */
export type PersistOptions = {
  readonly attempt: Attempt;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
  readonly wait?: WaitOptions;
  /** Called after a failure that may pass, before the next try. */
  readonly onFailure?: (error: EventstreamError) => void;
  /** Calls back when trying on is of no use any more, with the reason. */
  readonly onClose: (listener: (reason: EventstreamError) => void) => Undo;
};

const pauses = { initialMs: 20, maxMs: 1000, jitter: 0.5 };

/**
 * Does something until it succeeds, cannot succeed, or the time is over; then it rejects with the last reason, which tells more
 * than that time is over. The caller's own deadline and signal come first.
 */
export function persist<Value>(work: () => Promise<Value>, options: PersistOptions): Promise<Value> {
  const { attempt, clock, timeoutMs, wait = {} } = options;
  let last: EventstreamError | undefined;
  const over = new AbortController();
  let offClose: Undo = () => undefined;
  const closed = new Promise<never>((_, reject) => {
    offClose = options.onClose(reject);
  });
  const trying = async (): Promise<Value> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (thrown) {
        last = toEventstreamError(thrown, attempt);
        if (!last.retriable || over.signal.aborted) throw last;
        options.onFailure?.(last);
      }
      await sleep(backoffDelay(tries, pauses, options.random), clock, over.signal);
    }
  };
  const waiting = { operation: attempt.operation, clock, ...wait, timeoutMs: wait.timeoutMs ?? timeoutMs };
  return waitFor(Promise.race([trying(), closed]), waiting)
    .catch((error: unknown) => {
      throw isEventstreamError(error, 'timeout') && last !== undefined && wait.timeoutMs === undefined ? last : error;
    })
    .finally(() => {
      offClose();
      over.abort();
    });
}
