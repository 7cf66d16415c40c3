import { expect, test } from 'vitest';
import { createManualClock } from './testing/index.ts';
import { sleep, waitFor } from './wait.ts';

const never = new Promise<never>(() => undefined);

test('passes the outcome on and leaves no timer behind', async () => {
  const clock = createManualClock();
  await expect(waitFor(Promise.resolve(7), { operation: 'x', timeoutMs: 10, clock })).resolves.toBe(7);
  await expect(waitFor(Promise.reject(new Error('own')), { operation: 'x', timeoutMs: 10, clock })).rejects.toThrow(
    'own',
  );
  expect(clock.pending).toBe(0);
});

test('rejects with a typed timeout that names the operation', async () => {
  const clock = createManualClock();
  const waiting = expect(waitFor(never, { operation: 'connect', timeoutMs: 500, clock })).rejects.toMatchObject({
    code: 'timeout',
    retriable: true,
    message: 'connect did not finish within 500 ms. Raise the timeout or look at the brokers.',
    facts: { operation: 'connect', timeoutMs: 500 },
  });
  await clock.advance(500);
  await waiting;
});

test('rejects with aborted and the reason as cause, before or during the wait', async () => {
  const reason = new Error('shutting down');
  const during = new AbortController();
  const waiting = waitFor(never, { operation: 'flush', signal: during.signal });
  during.abort(reason);
  await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: reason });
  await expect(waitFor(never, { operation: 'flush', signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
    code: 'aborted',
  });
});

test('a sleep that is aborted takes its timer with it', async () => {
  const clock = createManualClock();
  const controller = new AbortController();
  const slept = sleep(60_000, clock, controller.signal);
  controller.abort();
  await expect(slept).rejects.toMatchObject({ code: 'aborted' });
  expect(clock.pending).toBe(0);
});
