import { EventstreamError } from '@eventstream/core';
import { expect, test } from 'vitest';
import { Batch } from './batch.ts';
import { splitBatch } from './split.ts';

const fresh = () => new Batch('t', 0, { slab: Buffer.alloc(1024), now: 0, deadline: 1000 });

test('a batch that is cut in two takes its receipts and their outcomes along', async () => {
  const batch = fresh();
  const receipts = ['a', 'b', 'c'].map((name, timestamp) => {
    const outcome = {
      stored: ({ offset }: { readonly offset: number }) => `${name} at ${offset}`,
      failed: (error: unknown) => new Error(`${name} failed`, { cause: error }),
    };
    return batch.append({ key: null, value: name, headers: [], timestamp, outcome });
  });
  const bare = batch.append({ key: null, value: 'd', headers: [], timestamp: 9, outcome: undefined });

  const [first, second] = splitBatch(batch, fresh);
  first.stored = { offset: 5, logAppendTime: -1 };
  first.resolve();
  const error = new EventstreamError('internal', { message: 'refused', facts: { where: 'test' } });
  second.reject(error);

  await expect(receipts[0]).resolves.toBe('a at 5');
  await expect(receipts[1]).resolves.toBe('b at 6');
  await expect(receipts[2]).rejects.toMatchObject({ message: 'c failed', cause: error });
  await expect(bare).rejects.toBe(error);
});
