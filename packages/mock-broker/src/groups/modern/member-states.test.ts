import { describe, expect, test } from 'vitest';
import { type MemberEvent, type MemberState, memberAfter, memberTransitions } from './member-states.ts';

const living = ['Stable', 'UnrevokedPartitions', 'UnreleasedPartitions'] as const;
const states: readonly MemberState[] = ['Absent', ...living, 'Away'];
const events: readonly MemberEvent[] = ['join', 'revoke', 'await', 'arrive', 'goAway', 'restart', 'leave'];

/** Every pair that has no place in the table, written out: a move that becomes legal by accident fails here. */
const illegal: readonly (readonly [MemberState, MemberEvent])[] = [
  ['Absent', 'revoke'],
  ['Absent', 'await'],
  ['Absent', 'arrive'],
  ['Absent', 'goAway'],
  ['Absent', 'restart'],
  ['Absent', 'leave'],
  ['Stable', 'join'],
  ['UnrevokedPartitions', 'join'],
  ['UnreleasedPartitions', 'join'],
  ['Away', 'join'],
  ['Away', 'revoke'],
  ['Away', 'await'],
  ['Away', 'arrive'],
];

test.each(illegal)('%s: %s is refused by name', (from, event) => {
  expect(() => memberAfter('m', from, event)).toThrow(`Member "m" is ${from} and cannot ${event}`);
});

test('all other pairs are in the table', () => {
  const legal = states.flatMap((from) => events.map((event) => [from, event] as const));
  const refused = legal.filter(([from, event]) => memberTransitions[from][event] === undefined);
  expect(refused).toEqual(
    [...illegal].sort(([one, first], [other, second]) => {
      return states.indexOf(one) - states.indexOf(other) || events.indexOf(first) - events.indexOf(second);
    }),
  );
});

describe.each(living)('whoever is %s', (from) => {
  test.each([
    ['revoke', 'UnrevokedPartitions'],
    ['await', 'UnreleasedPartitions'],
    ['arrive', 'Stable'],
    ['goAway', 'Away'],
    ['restart', from],
    ['leave', 'Absent'],
  ] as const)('%s: %s', (event, to) => {
    expect(memberAfter('m', from, event)).toBe(to);
  });
});

test.each([
  ['Absent', 'join', 'Stable'],
  ['Away', 'goAway', 'Away'],
  ['Away', 'restart', 'Stable'],
  ['Away', 'leave', 'Absent'],
] as const)('%s, %s: %s', (from, event, to) => {
  expect(memberAfter('m', from, event)).toBe(to);
});
