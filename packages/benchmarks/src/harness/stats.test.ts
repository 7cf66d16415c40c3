import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, percentile, summarise } from './stats.ts';

const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });

test('a percentile is a value that was measured', () => {
  const latencies = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(latencies, 0.5)).toBe(50);
  expect(percentile(latencies, 0.99)).toBe(99);
  expect(percentile(latencies, 1)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (measured, share) => {
      expect(measured).toContain(percentile(measured, share));
    }),
  );
});

test('half of the values lie on either side of the median, in whatever order they came', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  fc.assert(
    fc.property(values, (measured) => {
      const middle = median(measured);
      expect(measured.filter((value) => value < middle).length).toBeLessThanOrEqual(measured.length / 2);
      expect(measured.filter((value) => value > middle).length).toBeLessThanOrEqual(measured.length / 2);
    }),
  );
});

test('numbers are ordered as numbers and the caller keeps its array', () => {
  const rounds = [10, 9, 100];
  expect(summarise(rounds)).toEqual({ median: 10, min: 9, max: 100, rounds: 3 });
  expect(rounds).toEqual([10, 9, 100]);
});

test('no values are an error, not NaN in a table', () => {
  expect(() => median([])).toThrow('no median');
  expect(() => percentile([], 0.5)).toThrow('no percentile');
});
