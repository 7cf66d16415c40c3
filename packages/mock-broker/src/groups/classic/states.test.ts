import { describe, expect, test } from 'vitest';
import { MockBrokerError } from '../../errors.ts';
import { type GroupState, move, transitions } from './states.ts';

const states = Object.keys(transitions) as GroupState[];
const moves = states.flatMap((from) => states.map((to) => ({ from, to, legal: transitions[from].includes(to) })));

describe('a group may go', () => {
  test.each(moves.filter(({ legal }) => legal))('from $from to $to', ({ from, to }) => {
    expect(move('g', from, to)).toBe(to);
  });
});

describe('a group may not go', () => {
  test.each(moves.filter(({ legal }) => !legal))('from $from to $to', ({ from, to }) => {
    const attempt = () => move('g', from, to);
    expect(attempt).toThrow(MockBrokerError);
    expect(attempt).toThrow(`Group "g" cannot go from ${from} to ${to}`);
  });
});

test('exactly these moves are legal', () => {
  expect(moves.filter(({ legal }) => legal).map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'Empty > PreparingRebalance',
    'Empty > Dead',
    'PreparingRebalance > Empty',
    'PreparingRebalance > CompletingRebalance',
    'PreparingRebalance > Dead',
    'CompletingRebalance > PreparingRebalance',
    'CompletingRebalance > Stable',
    'CompletingRebalance > Dead',
    'Stable > PreparingRebalance',
    'Stable > Dead',
  ]);
});
