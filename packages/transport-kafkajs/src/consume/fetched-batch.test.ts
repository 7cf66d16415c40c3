import type { Batch } from 'kafkajs';
import { expect, test } from 'vitest';
import { exactOffset, fetchedOffset, nextOffset } from './fetched-batch.ts';

/** A batch as kafkajs makes it: its last offset, and the record batch its last message stood in. */
function batchOf(last: string, context?: { firstOffset: string; lastOffsetDelta: number }): Batch {
  const messages = context === undefined ? [] : [{ offset: context.firstOffset, batchContext: context }];
  return { fetchedOffset: '5', messages, lastOffset: () => last } as unknown as Batch;
}

test.each([
  ['nothing but what was filtered', batchOf('7'), 8],
  ['records to the end of their batch', batchOf('9', { firstOffset: '6', lastOffsetDelta: 3 }), 10],
  ['a control record behind them', batchOf('10', { firstOffset: '6', lastOffsetDelta: 3 }), 11],
  ['a gap that compaction left at the end', batchOf('7', { firstOffset: '6', lastOffsetDelta: 93 }), 100],
])('a batch covers %s', (_name, batch, next) => {
  expect(fetchedOffset(batch)).toBe(5);
  expect(nextOffset(batch)).toBe(next);
});

test('an offset is never rounded', () => {
  expect(exactOffset('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => exactOffset('9007199254740993')).toThrow(/9007199254740993 is beyond/);
});
