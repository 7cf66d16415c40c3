import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('eleven seconds of the rate may be used at once, and what is taken beyond is owed', () => {
  const bucket = new TokenBucket();
  bucket.take(22, 2, 0);
  expect(bucket.debtMs(2, 0)).toBe(0);
  bucket.take(3, 2, 0);
  expect(bucket.debtMs(2, 0)).toBe(1500);
  expect(bucket.debtMs(2, 1499)).toBe(1);
  expect(bucket.debtMs(2, 1500)).toBe(0);
});

test('over any time nobody takes more than the rate and a burst, when nobody takes while owing', () => {
  const steps = fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (taken, rate) => {
      const bucket = new TokenBucket();
      let now = 0;
      let sum = 0;
      for (const [wait, count] of taken) {
        now += wait;
        if (bucket.debtMs(rate, now) > 0) continue;
        bucket.take(count, rate, now);
        sum += count;
      }
      // Half a millisecond of debt counts as none, so the last one may be early by that.
      expect(sum).toBeLessThanOrEqual(rate * (11 + now / 1000) + 30 + rate / 2000);
    }),
  );
});
