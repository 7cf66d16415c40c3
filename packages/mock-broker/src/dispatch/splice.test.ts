import { encodeResponseFrame, messages } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Splice } from './splice.ts';

const { fetch } = messages;

function frameWith(version: number, records: readonly Uint8Array[]): Uint8Array {
  const partitions = records.map((bytes, partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 1n,
    abortedTransactions: null,
    records: bytes,
  }));
  const responses = [{ ...(version < 13 ? { topic: 't' } : {}), partitions }];
  return encodeResponseFrame(fetch, { version, correlationId: 1 }, { throttleTimeMs: 0, responses });
}

test('gives the very bytes the encoder would have given, in every version', () => {
  const chunk = fc.integer({ min: 1, max: 40_000 }).map((size) => new Uint8Array(size).fill(size % 251));
  const partition = fc.array(chunk, { minLength: 1, maxLength: 3 });
  const version = fc.integer({ min: 4, max: 18 });
  fc.assert(
    fc.property(version, fc.array(partition, { maxLength: 4 }), (at, partitions) => {
      const splice = new Splice();
      const parts = splice.apply(
        frameWith(
          at,
          partitions.map((chunks) => splice.of(chunks)),
        ),
        fetch,
        at,
      );
      const copied = frameWith(
        at,
        partitions.map((chunks) => Buffer.concat(chunks)),
      );
      expect(Buffer.concat(parts).equals(copied)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('large chunks are handed on, not copied', () => {
  const splice = new Splice();
  const chunk = new Uint8Array(50_000);
  const parts = splice.apply(frameWith(12, [splice.of([chunk])]), fetch, 12);
  expect(parts).toContain(chunk);
});

test('many small chunks become few', () => {
  const splice = new Splice();
  const chunks = Array.from({ length: 1000 }, () => new Uint8Array(100));
  expect(splice.apply(frameWith(12, [splice.of(chunks)]), fetch, 12)).toHaveLength(4);
});
