import { percentile } from '../harness/stats.ts';

/** What is told of the latencies of one run, in milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** The middle, the slow and the slowest. */
export function latencies(values: readonly number[]): Latencies {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), worst: percentile(values, 1) };
}

const patienceMs = 20_000;

/** Resolves once `count` have arrived; rejects when they have not within 20 s, with how many did. */
export async function untilAll(arrived: readonly unknown[], count: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (arrived.length < count) {
    if (performance.now() > deadline) throw new Error(`Only ${arrived.length} of ${count} events arrived.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
