import { expect, expectTypeOf, test } from 'vitest';
import { configError, type ErrorCode, EventstreamError, isEventstreamError } from './errors.ts';

test('an error narrows by code to its exact facts', () => {
  const error: unknown = new EventstreamError('topic-missing', { message: 'no', facts: { topic: 'a' }, cause: 1 });
  expect(isEventstreamError(error, 'fenced')).toBe(false);
  if (!isEventstreamError(error, 'topic-missing')) return expect.unreachable('the brand was not recognised');
  expectTypeOf(error.facts).toEqualTypeOf<{ readonly topic: string }>();
  expectTypeOf<'topic-missing'>().toExtend<ErrorCode>();
  return expect(error).toMatchObject({ name: 'EventstreamError', retriable: false, cause: 1 });
});

test('an error of another copy of the package is recognised by its brand', () => {
  const foreign = Object.assign(new Error('x'), { code: 'timeout', [Symbol.for('@eventstream/error')]: true });
  expect(isEventstreamError(foreign, 'timeout')).toBe(true);
  expect(isEventstreamError(new Error('x'))).toBe(false);
  expect(isEventstreamError(null)).toBe(false);
});

test('the brand does not show when an error is listed or serialised', () => {
  expect(Object.keys(configError('group', 'is empty.'))).toEqual(['name', 'code', 'facts', 'retriable']);
});
