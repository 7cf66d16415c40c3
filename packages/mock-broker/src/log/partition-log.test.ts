import { RecordBatch } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchOf } from '../testing/batches.ts';
import { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true };

type ModelBatch = { base: bigint; last: bigint; size: number };

/** What a partition is, said as simply as possible: a list, searched from the front. */
class Model {
  batches: ModelBatch[] = [];
  logStart = 0n;
  end = 0n;

  append(count: number, size: number, maxBytes: number): void {
    this.batches.push({ base: this.end, last: this.end + BigInt(count) - 1n, size });
    this.end += BigInt(count);
    while (this.batches.length > 1 && this.batches.reduce((sum, batch) => sum + batch.size, 0) > maxBytes) {
      this.deleteBefore(this.batches[0]!.last + 1n);
    }
  }

  deleteBefore(offset: bigint): void {
    const bounded = offset > this.end ? this.end : offset;
    if (bounded > this.logStart) this.logStart = bounded;
    this.batches = this.batches.filter(({ last }) => last >= this.logStart);
  }

  read(offset: bigint, maxBytes: number, atLeastOne: boolean): bigint[] {
    const found: bigint[] = [];
    let left = maxBytes;
    for (const { base, last, size } of this.batches) {
      if (last < offset) continue;
      if (size > left && !(atLeastOne && found.length === 0)) break;
      found.push(base);
      left -= size;
    }
    return found;
  }
}

const append = fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 4 }) });
const trim = fc.record({ do: fc.constant('trim' as const), offset: fc.bigInt({ min: 0n, max: 40n }) });
const read = fc.record({
  do: fc.constant('read' as const),
  offset: fc.bigInt({ min: 0n, max: 40n }),
  maxBytes: fc.integer({ min: 0, max: 600 }),
  atLeastOne: fc.boolean(),
});

test('behaves as a plain list of batches would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 2000 }), fc.array(fc.oneof(append, trim, read)), (maxBytes, steps) => {
      const log = new PartitionLog(maxBytes);
      const model = new Model();
      for (const step of steps) {
        if (step.do === 'append') {
          const bytes = batchOf({ values: Array.from({ length: step.count }, () => 'value') });
          expect(log.append(new RecordBatch(bytes), { leaderEpoch: 3 })).toBe(model.end);
          model.append(step.count, bytes.byteLength, maxBytes);
        } else if (step.do === 'trim') {
          log.deleteBefore(step.offset);
          model.deleteBefore(step.offset);
        } else {
          const found = log.read(step.offset, step).map((bytes) => new RecordBatch(bytes));
          expect(found.map(({ baseOffset }) => baseOffset)).toEqual(
            model.read(step.offset, step.maxBytes, step.atLeastOne),
          );
          expect(found.every((batch) => batch.partitionLeaderEpoch === 3 && batch.checksumMatches())).toBe(true);
          const all = model.read(step.offset, Number.POSITIVE_INFINITY, true).length;
          expect(log.availableFrom(step.offset, 1) > 0).toBe(all > 0);
        }
        expect(log.watermarks).toMatchObject({ logStart: model.logStart, end: model.end, high: model.end });
        expect(log.sizeInBytes).toBe(model.batches.reduce((sum, { size }) => sum + size, 0));
      }
    }),
  );
});

test('many appends and drops leave the order intact', () => {
  const log = new PartitionLog(10_000);
  for (let at = 0; at < 5000; at += 1) log.append(new RecordBatch(batchOf({ values: ['v'] })), { leaderEpoch: 0 });
  const { logStart, end } = log.watermarks;
  expect(end).toBe(5000n);
  const found = log.read(logStart, everything).map((bytes) => new RecordBatch(bytes).baseOffset);
  expect(found).toEqual(Array.from({ length: Number(end - logStart) }, (_, at) => logStart + BigInt(at)));
});

describe('memory', () => {
  const inside = (frameSize: number) => {
    const batch = batchOf({ values: ['v'.repeat(100)] });
    const frame = new Uint8Array(frameSize);
    frame.set(batch, 10);
    return { frame, view: frame.subarray(10, 10 + batch.byteLength) };
  };

  test('a small batch is copied out of its frame, which may then be freed', () => {
    const { frame, view } = inside(65_536);
    const log = new PartitionLog(1e6);
    log.append(new RecordBatch(view), { leaderEpoch: 0 });
    expect(log.read(0n, everything)[0]?.buffer).not.toBe(frame.buffer);
  });

  test('a batch that is most of its frame is kept as it is', () => {
    const { frame, view } = inside(250);
    const log = new PartitionLog(1e6);
    log.append(new RecordBatch(view), { leaderEpoch: 0 });
    expect(log.read(0n, everything)[0]?.buffer).toBe(frame.buffer);
  });
});
