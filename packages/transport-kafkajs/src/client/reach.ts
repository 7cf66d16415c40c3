import { backoffDelay, EventstreamError, isEventstreamError, sleep, waitFor } from '@eventstream/core';
import type { Settings } from '../settings.ts';
import { toEventstreamError } from './errors.ts';

/**
 * Connects within the connect timeout, trying again while that can help. Rejects with `transport-unreachable`, naming the
 * brokers and the last reason, when the time is over.
 */
export async function reach(settings: Settings, connect: () => Promise<void>): Promise<void> {
  const { clock, random, connectTimeoutMs: timeoutMs, brokers } = settings;
  const deadline = clock.elapsed() + timeoutMs;
  let last: EventstreamError | undefined;
  const trying = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await connect();
      } catch (thrown) {
        last = toEventstreamError(thrown, { operation: 'connect', brokers });
        const delay = backoffDelay(attempt, { initialMs: 50, maxMs: 1000, jitter: 0.5 }, random);
        if (!last.retriable || clock.elapsed() + delay >= deadline) throw last;
        await sleep(delay, clock);
      }
    }
  };
  await waitFor(trying(), { operation: 'connect', timeoutMs, clock }).catch((error: unknown) => {
    if (!isEventstreamError(error, 'timeout')) throw error;
    throw (
      last ??
      new EventstreamError('transport-unreachable', {
        message: `connect: no answer from ${brokers.join(', ')} within ${timeoutMs} ms. Check that they run, the port, TLS and SASL.`,
        facts: { brokers },
      })
    );
  });
}
