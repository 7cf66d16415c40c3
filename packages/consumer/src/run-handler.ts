import { type Clock, EventstreamError } from '@eventstream/core';
import type { Entry } from './entry.ts';
import type { Handler, ReceivedEvent } from './event.ts';
import { handlingOf } from './handling.ts';
import type { Settings } from './settings.ts';

interface TimedOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** The partition's signal, which the attempt's own follows. */
  readonly signal: AbortSignal;
  readonly type: string;
}

/** Runs `call` with a signal of its own; rejects with `timeout` when it takes too long. */
function runTimed(call: (signal: AbortSignal) => unknown, options: TimedOptions): Promise<unknown> {
  const { timeoutMs, clock, signal, type } = options;
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  return new Promise<unknown>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      const operation = `handler of ${type}`;
      const error = new EventstreamError('timeout', {
        message: `The ${operation} did not end within ${timeoutMs} ms. Make it heed its signal, or raise handlerTimeout.`,
        facts: { operation, timeoutMs },
      });
      reject(error);
      controller.abort(error);
    });
    const stop = () => {
      cancel();
      signal.removeEventListener('abort', follow);
    };
    signal.addEventListener('abort', follow, { once: true });
    new Promise((started) => started(call(controller.signal))).finally(stop).then(resolve, reject);
  });
}

/** One attempt at one event, inside every instrumentation. Throws or rejects as the handler does. */
export function runHandler(
  entry: Entry,
  { event, handler }: { readonly event: ReceivedEvent; readonly handler: Handler },
  settings: Settings,
): unknown {
  const { owner, attempts: attempt, offset } = entry;
  const { topic, partition, epoch, signal } = owner;
  const { attempts, group, handlerTimeoutMs, clock, wrappers } = settings;
  const call = (own: AbortSignal) =>
    handler(event, { signal: own, attempt, attempts, topic, partition, offset, epoch, group });
  if (handlerTimeoutMs === null && wrappers.length === 0) return call(signal);
  let run =
    handlerTimeoutMs === null
      ? () => call(signal)
      : () => runTimed(call, { timeoutMs: handlerTimeoutMs, clock, signal, type: event.type });
  for (const wrap of wrappers) {
    const inner = run;
    run = () => wrap(handlingOf(entry, group), inner);
  }
  return run();
}
