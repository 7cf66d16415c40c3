import { expect, test } from 'vitest';
import { mayFollow, type TransactionState } from './states.ts';

const states: readonly TransactionState[] = ['ready', 'open', 'ending', 'failed', 'fenced', 'closed'];

test('the moves of a transaction, and no others', () => {
  const table = states.map((from) => `${from}: ${states.filter((to) => mayFollow(from, to)).join(' ')}`);
  expect(table).toEqual([
    'ready: open fenced closed',
    'open: ending failed fenced closed',
    'ending: ready failed fenced closed',
    'failed: ending fenced closed',
    'fenced: closed',
    'closed: ',
  ]);
});
