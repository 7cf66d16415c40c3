import { expect, test } from 'vitest';
import { topicRegex } from './topic-regex.ts';

test.each([
  ['orders.*', 'orders-1', true],
  ['orders', 'orders-1', false],
  ['(?i)ORDERS', 'orders', true],
  ['(?P<kind>a|b)-x', 'b-x', true],
  ['[[:alpha:]]+-[[:digit:]]', 'abc-1', true],
  ['\\Qa.b\\E', 'axb', false],
  ['\\Aab\\z', 'ab', true],
  ['a\\+b', 'a+b', true],
])('%s on %s', (pattern, topic, matches) => {
  const regex = topicRegex(pattern);
  expect(regex instanceof RegExp && regex.test(topic)).toBe(matches);
});

test.each(['(', '(?=a)', '(?!a)b', '(?<=a)b', '(a)\\1', 'a++', 'a*+', '(?>a)'])(
  '%s is no expression of RE2',
  (pattern) => {
    expect(topicRegex(pattern)).toHaveProperty('complaint');
  },
);
