import { expect, test } from 'vitest';
import { outOfRange, place } from './start-positions.ts';

const range = { topic: 't', partition: 3, first: 10, next: 20 };
const at = { topic: 't', partition: 3 };

test.each([
  ['nothing committed, earliest', undefined, 'earliest', { offset: 10, asCommitted: false }],
  ['nothing committed, latest', undefined, 'latest', { offset: 20, asCommitted: false }],
  ['committed inside the log', 15, 'latest', { offset: 15, asCommitted: true }],
  ['committed at its end', 20, 'earliest', { offset: 20, asCommitted: true }],
  ['deleted past the commit: the first record there is', 4, 'latest', { offset: 10, lost: 4, asCommitted: false }],
  ['a log that ends before the commit, earliest', 25, 'earliest', { offset: 10, lost: 25, asCommitted: false }],
  ['a log that ends before the commit, latest', 25, 'latest', { offset: 20, lost: 25, asCommitted: false }],
] as const)('a partition goes on: %s', (_name, committed, startFrom, expected) => {
  expect(place(committed, range, startFrom)).toEqual({ ...at, ...expected });
});

test('a lost position is told as an error the subscription survives', () => {
  expect(outOfRange({ ...at, offset: 10, lost: 4, asCommitted: false })).toMatchObject({
    code: 'offset-out-of-range',
    retriable: true,
    facts: { ...at, offset: 4 },
    message: expect.stringMatching(/offset 4 any more; reading goes on at 10/),
  });
});
