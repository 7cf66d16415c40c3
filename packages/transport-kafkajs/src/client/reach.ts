import { backoffDelay, EventstreamError, sleep, waitFor } from '@eventstream/core';
import type { Settings } from '../settings.ts';
import { toEventstreamError } from './errors.ts';

async function untilConnected(
  { clock, random, brokers }: Settings,
  connect: () => Promise<void>,
  deadline: number,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect();
    } catch (thrown) {
      const error = toEventstreamError(thrown, { operation: 'connect', brokers });
      const delay = backoffDelay(attempt, { initialMs: 50, maxMs: 1000, jitter: 0.5 }, random);
      if (!error.retriable || clock.elapsed() + delay >= deadline) throw error;
      await sleep(delay, clock);
    }
  }
}

/** Connects everything within the connect timeout. Rejects with `transport-unreachable`, naming the brokers, when that fails. */
export async function reach(settings: Settings, connects: readonly (() => Promise<void>)[]): Promise<void> {
  const { clock, connectTimeoutMs: timeoutMs, brokers } = settings;
  const deadline = clock.elapsed() + timeoutMs;
  const all = Promise.all(connects.map((connect) => untilConnected(settings, connect, deadline)));
  await waitFor(all, { operation: 'connect', timeoutMs, clock }).catch((error: EventstreamError) => {
    if (error.code !== 'timeout') throw error;
    throw new EventstreamError('transport-unreachable', {
      message: `connect: no answer from ${brokers.join(', ')} within ${timeoutMs} ms. Check that they run, the port, TLS and SASL.`,
      facts: { brokers },
    });
  });
}
