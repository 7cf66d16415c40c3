import { expect, test } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 9, 1, 12);

test.each([
  ['seconds', '120', 120_000],
  ['zero', '0', 0],
  ['a date', 'Thu, 01 Oct 2026 12:00:30 GMT', 30_000],
  ['a date that is past', 'Thu, 01 Oct 2026 11:00:00 GMT', 0],
  ['nonsense', 'soon', 0],
  ['a negative number', '-5', 0],
  ['ten years', String(10 * 365 * 86_400), 24 * 3_600_000],
])('%s', (_, header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected);
});

test('absent', () => {
  expect(parseRetryAfter(null, NOW)).toBe(0);
});
