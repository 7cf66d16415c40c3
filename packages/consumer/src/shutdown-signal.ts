import { configError } from '@eventstream/core';

/** The part of Node's `process` that is used. */
export interface SignalSource {
  on(name: string, listener: (name: string) => void): unknown;
  exit(code: number): unknown;
}

/** What is listened to. */
export interface ShutdownOptions {
  /** Default `SIGINT` (Ctrl-C) and `SIGTERM` (what orchestrators send). */
  readonly signals?: readonly ('SIGINT' | 'SIGTERM' | 'SIGHUP')[];
  /** Default: the process itself. */
  readonly process?: SignalSource;
}

const numbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * An AbortSignal that fires when the process is asked to end. The second request ends the process at once, with 128 and the
 * signal's number as exit code, so that a hanging drain can always be cut off. Call it once per process: each call listens for
 * itself. Throws `config-invalid` where there is no process to listen to.
 *
 * @example
 * ```ts
 * import { shutdownSignal } from '@eventstream/consumer';
 *
 * const signal = shutdownSignal();
 * console.assert(signal.aborted === false);
 * // await consumer.run({ signal });
 * ```
 */
export function shutdownSignal(options: ShutdownOptions = {}): AbortSignal {
  const { signals = ['SIGINT', 'SIGTERM'], process = globalThis.process as SignalSource | undefined } = options;
  if (typeof process?.on !== 'function')
    throw configError(
      'process',
      'is missing: this runtime has no process signals. Abort the run with a signal of your own.',
    );
  const controller = new AbortController();
  for (const name of signals) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + (numbers[name] ?? 0));
      controller.abort(new Error(`The process received ${name}.`));
    });
  }
  return controller.signal;
}
