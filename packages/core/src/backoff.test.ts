import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay } from './backoff.ts';

test('grows by the factor up to the cap', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => backoffDelay(attempt, { initialMs: 100, maxMs: 1000, jitter: 0 }));
  expect(delays).toEqual([100, 200, 400, 800, 1000]);
});

test('full jitter spreads over the whole range and never leaves it', () => {
  expect(backoffDelay(2, { initialMs: 100 }, () => 0)).toBe(0);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = backoffDelay(attempt, { initialMs: 100, maxMs: 5000 }, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(5000);
      },
    ),
  );
});
