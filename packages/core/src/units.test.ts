import { describe, expect, test } from 'vitest';
import { type Duration, parseDuration, parseSize } from './units.ts';

describe('a duration', () => {
  test.each<[Duration, number]>([
    [0, 0],
    [250, 250],
    ['100ms', 100],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (value, expected) => {
    expect(parseDuration(value, 'x')).toBe(expected);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '10', '10 parsecs', '-5s', ''])(
    '%s is refused, naming the option',
    (value) => {
      expect(() => parseDuration(value as Duration, 'retry.inPlace')).toThrow('Option "retry.inPlace"');
    },
  );
});

test('a size is in binary units', () => {
  expect(parseSize('1 MiB', 'x')).toBe(1_048_576);
  expect(parseSize(10, 'x')).toBe(10);
  // @ts-expect-error decimal units are not taken
  expect(() => parseSize('1 MB', 'x')).toThrow('KiB');
});
