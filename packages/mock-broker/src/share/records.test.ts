import { describe, expect, test } from 'vitest';
import { moveRecord, type RecordState, recordTransitions } from './records.ts';

const states = Object.keys(recordTransitions) as RecordState[];
const pairs = states.flatMap((from) => states.map((to) => ({ from, to, legal: recordTransitions[from].includes(to) })));

describe.each(pairs)('$from to $to', ({ from, to, legal }) => {
  test(legal ? 'is legal' : 'is refused by name', () => {
    const attempt = () => moveRecord(7, from, to);
    if (legal) expect(attempt()).toBe(to);
    else expect(attempt).toThrow(`at 7 cannot go from ${from} to ${to}`);
  });
});
