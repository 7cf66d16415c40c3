import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { BatchIndex, type StoredBatch } from './batch-index.ts';

function batchAt(offset: number): StoredBatch {
  const baseOffset = BigInt(offset);
  return {
    bytes: new Uint8Array(1000),
    arrival: offset,
    baseOffset,
    lastOffset: baseOffset,
    maxTimestamp: 0n,
    runningMaxTimestamp: 0n,
  };
}

/** The collector of this process, which Node shows only when asked to. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

test('what was dropped may be freed, though the index still has its place', async () => {
  const index = new BatchIndex();
  for (let offset = 0; offset < 100; offset += 1) index.push(batchAt(offset));
  const bytesOf = (at: number) => new WeakRef(index.at(at)!.bytes);
  const dropped = bytesOf(0);
  const kept = bytesOf(1);
  index.dropFirst();
  // A target that was just made or looked at stays until the end of the turn.
  await new Promise(setImmediate);
  collectGarbage();
  expect(dropped.deref()).toBeUndefined();
  expect(kept.deref()).toBeDefined();
  expect(index.length).toBe(99);
});

test('positions count from the first batch left, however many went', () => {
  const index = new BatchIndex();
  for (let offset = 0; offset < 5000; offset += 1) index.push(batchAt(offset));
  for (let offset = 0; offset < 4000; offset += 1) expect(index.dropFirst()?.baseOffset).toBe(BigInt(offset));
  expect(index.at(0)?.baseOffset).toBe(4000n);
  expect(index.firstWhere(({ baseOffset }) => baseOffset >= 4200n)).toBe(200);
  expect(index.all().map(({ baseOffset }) => Number(baseOffset))[999]).toBe(4999);
});
