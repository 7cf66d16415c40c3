import { describe, expect, test } from 'vitest';
import { MockBrokerError } from '../errors.ts';
import { move, transactionStates, transitions } from './states.ts';

const moves = transactionStates.flatMap((from) =>
  transactionStates.map((to) => ({ from, to, legal: transitions[from].includes(to) })),
);

describe('a transaction may go', () => {
  test.each(moves.filter(({ legal }) => legal))('from $from to $to', ({ from, to }) => {
    expect(move('tx', from, to)).toBe(to);
  });
});

describe('a transaction may not go', () => {
  test.each(moves.filter(({ legal }) => !legal))('from $from to $to', ({ from, to }) => {
    const attempt = () => move('tx', from, to);
    expect(attempt).toThrow(MockBrokerError);
    expect(attempt).toThrow(`Transaction "tx" cannot go from ${from} to ${to}`);
  });
});

test('exactly these moves are legal', () => {
  expect(moves.filter(({ legal }) => legal).map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'Empty > Empty',
    'Empty > Ongoing',
    'Empty > PrepareAbort',
    'Empty > Dead',
    'Ongoing > PrepareEpochFence',
    'Ongoing > PrepareCommit',
    'Ongoing > PrepareAbort',
    'PrepareEpochFence > PrepareAbort',
    'PrepareCommit > CompleteCommit',
    'PrepareAbort > CompleteAbort',
    'CompleteCommit > Empty',
    'CompleteCommit > Ongoing',
    'CompleteCommit > PrepareAbort',
    'CompleteCommit > Dead',
    'CompleteAbort > Empty',
    'CompleteAbort > Ongoing',
    'CompleteAbort > PrepareAbort',
    'CompleteAbort > Dead',
  ]);
});
