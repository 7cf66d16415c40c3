import { expect, expectTypeOf, it } from 'vitest';
import { errorCodes, errorInfo } from './error-codes.ts';

it('codes run from -1 to 133 without a gap', () => {
  const codes = Object.values(errorCodes);
  expect(codes).toEqual(Array.from({ length: 135 }, (_, index) => index - 1));
});

it('a code tells its name and whether to try again', () => {
  expect(errorInfo(errorCodes.NOT_LEADER_OR_FOLLOWER)).toMatchObject({
    name: 'NOT_LEADER_OR_FOLLOWER',
    retriable: true,
  });
  expect(errorInfo(errorCodes.REBALANCE_IN_PROGRESS)).toMatchObject({ code: 27, retriable: false });
  expectTypeOf(errorCodes.NONE).toEqualTypeOf<0>();
});

it('a code of the future keeps its number', () => {
  expect(errorInfo(999)).toMatchObject({ name: 'UNKNOWN_SERVER_ERROR', code: 999, retriable: false });
});
