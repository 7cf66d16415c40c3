// needs: nothing
import { expect, test } from 'vitest';
import { fuzzConnections } from './testing/fuzz/connections.ts';
import { fuzz } from './testing/fuzz/fuzz.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 2);

test('a million mutated frames break nothing and leave nothing behind', { timeout: 600_000 }, async () => {
  const before = process.memoryUsage().rss;
  const { unsettled, replied, closed } = await fuzz(seed, 1_000_000);
  expect(unsettled, `seed ${seed}: frames that nobody ever decided`).toBe(0);
  expect(Math.min(replied, closed), `seed ${seed}: too few of a kind to prove anything`).toBeGreaterThan(50_000);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  expect(grown, `seed ${seed}: MiB of memory kept or needed at once`).toBeLessThan(1000);
});

test.for([
  ['memory', 50_000],
  ['tcp', 10_000],
] as const)(
  'connections over %s of %i frames go as their bytes say',
  { timeout: 600_000 },
  async ([transport, frames]) => {
    const before = process.memoryUsage().rss;
    const { answered, endedByBroker, endedByClient } = await fuzzConnections({ seed, frames, transport });
    expect(answered, `seed ${seed}: too few answers to prove anything`).toBeGreaterThan(frames / 10);
    expect(Math.min(endedByBroker, endedByClient), `seed ${seed}: too few ends of a kind`).toBeGreaterThan(
      frames / 100,
    );
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    expect(grown, `seed ${seed}: MiB of memory kept or needed at once`).toBeLessThan(600);
  },
);
