import { readBatches } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecords } from '../consume/read-records.ts';
import { anonymous, BatchBytes } from './batch-bytes.ts';
import { roomFor } from './record-size.ts';

const bytes = fc.oneof(
  fc.constant(null),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 300 }),
);
const header = fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), bytes);
const record = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(header, { maxLength: 4 }),
  timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});

const plain = (part: Uint8Array | string | null) =>
  part === null ? null : Buffer.from(part as string).toString('hex');

test('whatever is appended is read back, by the protocol package and by our own reader', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const batch = new BatchBytes(Buffer.allocUnsafeSlow(64));
      for (const { key, value, headers, timestamp } of records) {
        batch.reserve(roomFor(key, value, headers));
        batch.append(key, value, headers, timestamp);
      }
      const sealed = batch.seal({ id: 7n, epoch: 2, sequence: 11, transactional: false });

      const [read] = readBatches(sealed);
      expect(read).toMatchObject({ producerId: 7n, producerEpoch: 2, baseSequence: 11, recordCount: records.length });
      expect(read?.checksumMatches()).toBe(true);
      const expected = records.map(({ key, value, headers, timestamp }, offset) => ({
        offset,
        timestamp,
        key: plain(key),
        value: plain(value),
        headers: headers.map(([name, part]) => [Buffer.from(name).toString(), plain(part)]),
      }));
      const shown = (
        views: readonly { offset: number; timestamp: number; key: unknown; value: unknown; headers: unknown }[],
      ) =>
        views.map(({ offset, timestamp, key, value, headers }) => ({
          offset,
          timestamp,
          key: plain(key as Uint8Array | null),
          value: plain(value as Uint8Array | null),
          headers: (headers as [string, Uint8Array | null][]).map(([name, part]) => [name, plain(part)]),
        }));
      const views = readRecords(sealed, { codecs: {}, from: 0, aborted: undefined });
      expect(shown(views)).toEqual(expected);
      expect(shown(views.map((view) => view.copy()))).toEqual(expected);
    }),
  );
});

test('a batch sealed again carries another producer and the same records', () => {
  const batch = new BatchBytes(Buffer.allocUnsafeSlow(64));
  batch.append('k', 'v', [], 5);
  const first = Buffer.from(batch.seal({ id: 1n, epoch: 0, sequence: 3, transactional: true }));
  const second = batch.seal(anonymous);
  expect([...readBatches(first)][0]).toMatchObject({ isTransactional: true, baseSequence: 3 });
  expect([...readBatches(second)][0]).toMatchObject({ isTransactional: false, producerId: -1n, maxTimestamp: 5n });
});
