import { describe, expect, test } from 'vitest';
import { type ModernGroupState, modernTransitions, moveModern } from './states.ts';

const states = Object.keys(modernTransitions) as ModernGroupState[];
const pairs = states.flatMap((from) => states.map((to) => ({ from, to, legal: modernTransitions[from].includes(to) })));

describe.each(pairs)('$from to $to', ({ from, to, legal }) => {
  test(legal ? 'is legal' : 'is refused by name', () => {
    const attempt = () => moveModern('g', from, to);
    if (legal) expect(attempt()).toBe(to);
    else expect(attempt).toThrow(`cannot go from ${from} to ${to}`);
  });
});

test('a group dies empty or not at all', () => {
  expect(states.filter((from) => modernTransitions[from].includes('Dead'))).toEqual(['Empty']);
});
