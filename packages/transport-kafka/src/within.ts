import type { Clock } from '@eventstream/core';

/** Resolves with the promise, however it ends, or with `late` when `ms` have passed. Never rejects. */
export function within<Value>(promise: Promise<Value>, ms: number, clock: Clock): Promise<'settled' | 'late'> {
  return new Promise((resolve) => {
    const cancel = clock.after(Math.max(ms, 0), () => resolve('late'));
    const settled = () => {
      cancel();
      resolve('settled');
    };
    promise.then(settled, settled);
  });
}
