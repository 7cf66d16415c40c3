import { expect, test } from 'vitest';
import { SampledRate } from './sampled-rate.ts';

test('a burst counts as spread over ten seconds', () => {
  const rate = new SampledRate();
  rate.record(10_000, 0);
  expect(rate.excessMs(1000, 0)).toBe(0);
  rate.record(10_000, 0);
  // 2000 a second over ten seconds: silent for ten more.
  expect(rate.excessMs(1000, 0)).toBe(10_000);
});

test('what lies eleven seconds back is forgotten', () => {
  const rate = new SampledRate();
  rate.record(20_000, 0);
  rate.record(1, 10_999);
  expect(rate.excessMs(1000, 10_999)).toBeGreaterThan(0);
  rate.record(1, 11_000);
  expect(rate.excessMs(1000, 11_000)).toBe(0);
});

test('a steady flow below the bound is never held back', () => {
  const rate = new SampledRate();
  for (let now = 0; now < 60_000; now += 100) {
    rate.record(99, now);
    expect(rate.excessMs(1000, now)).toBe(0);
  }
});
