import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../protocol-error.ts';
import { encodeBatch } from './encode-batch.ts';
import { patchBatch, stampLogAppendTime } from './patch-batch.ts';
import { RecordBatch, readBatches } from './record-batch.ts';
import { encodeTransactionMarker, readTransactionMarker } from './transaction-marker.ts';

const gzip = { compress: (bytes: Uint8Array) => gzipSync(bytes), decompress: (bytes: Uint8Array) => gunzipSync(bytes) };
const codecs = { gzip };

const blob = fc.option(fc.uint8Array({ maxLength: 200 }));
const headers = fc.array(fc.record({ key: fc.string({ unit: 'binary' }), value: blob }), { maxLength: 4 });
const timestamp = fc.bigInt({ min: -1n, max: 1n << 62n });
const record = fc.record({ key: blob, value: blob, headers, timestamp });
const batch = fc.record({
  records: fc.array(record, { maxLength: 20 }),
  baseOffset: fc.bigInt({ min: 0n, max: 1n << 62n }),
  partitionLeaderEpoch: fc.integer({ min: -1, max: 0x7fff_ffff }),
  producerId: fc.bigInt({ min: -1n, max: 1n << 62n }),
  producerEpoch: fc.integer({ min: -1, max: 0x7fff }),
  baseSequence: fc.integer({ min: -1, max: 0x7fff_ffff }),
  isTransactional: fc.boolean(),
  isControl: fc.boolean(),
  compression: fc.constantFrom('none' as const, 'gzip' as const),
});

describe('RecordBatch', () => {
  it('reads back what encodeBatch wrote, header and records', () => {
    fc.assert(
      fc.property(batch, (input) => {
        const read = new RecordBatch(encodeBatch(input, codecs));
        const { records, ...head } = input;
        expect(read).toMatchObject({ ...head, recordCount: records.length, magic: 2 });
        expect(read.checksumMatches()).toBe(true);
        const found = [...read.records(codecs)];
        expect(
          found.map(({ key, value, timestamp, headers }) => ({ key, value, timestamp, headers })).map(plain),
        ).toEqual(records.map(plain));
        expect(found.map(({ offset }) => offset)).toEqual(records.map((_, index) => input.baseOffset + BigInt(index)));
      }),
    );
  });

  it('answers damage with a ProtocolError, never another error', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(), (input, where, flip, cut) => {
        const bytes = Uint8Array.from(encodeBatch(input, codecs));
        const index = where % bytes.length;
        bytes[index] = (bytes[index] as number) ^ flip;
        for (const damaged of [bytes, bytes.subarray(0, cut % bytes.length)]) {
          try {
            for (const read of readBatches(damaged)) {
              for (const { headers } of read.records(codecs)) expect(headers).toBeDefined();
            }
          } catch (error) {
            if (!isProtocolError(error)) throw error;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('notices any changed bit behind the checksum', () => {
    const bytes = encodeBatch({ records: [{ value: 'x', timestamp: 0n }] });
    for (let index = 21; index < bytes.length; index++) {
      const damaged = Uint8Array.from(bytes);
      damaged[index] = (damaged[index] as number) ^ 1;
      expect(new RecordBatch(damaged).checksumMatches()).toBe(false);
    }
  });

  it('wraps sequence numbers', () => {
    const records = [0n, 1n, 2n].map((timestamp) => ({ timestamp }));
    expect(new RecordBatch(encodeBatch({ records, baseSequence: 0x7fff_fffe })).lastSequence).toBe(0);
  });

  it('names the codec that is missing', () => {
    const compressed = new RecordBatch(encodeBatch({ records: [{ timestamp: 0n }], compression: 'gzip' }, codecs));
    expect(() => [...compressed.records()]).toThrow('the batch is gzip; pass { gzip: … } among the codecs');
  });
});

describe('readBatches', () => {
  const one = encodeBatch({ records: [{ value: 'one', timestamp: 0n }] });
  const two = encodeBatch({ records: [{ value: 'two', timestamp: 0n }], baseOffset: 1n });
  const both = Uint8Array.from([...one, ...two]);

  it('gives every whole batch and stops at one that is cut off', () => {
    expect([...readBatches(both)].map(({ baseOffset }) => baseOffset)).toEqual([0n, 1n]);
    for (let cut = 1; cut <= two.length; cut++) {
      expect([...readBatches(both.subarray(0, both.length - cut))]).toHaveLength(1);
    }
  });

  it('refuses the formats before Kafka 0.11', () => {
    const old = Uint8Array.from(one);
    old[16] = 1;
    expect(() => [...readBatches(old)]).toThrow(/record format 1/);
  });
});

describe('what a leader changes', () => {
  it('offset and epoch keep the checksum valid', () => {
    const bytes = encodeBatch({ records: [{ value: 'x', timestamp: 5n }] });
    patchBatch(bytes, { baseOffset: 41n, partitionLeaderEpoch: 3 });
    const read = new RecordBatch(bytes);
    expect(read).toMatchObject({ baseOffset: 41n, nextOffset: 42n, partitionLeaderEpoch: 3 });
    expect(read.checksumMatches()).toBe(true);
  });

  it('the append time replaces the times of all records', () => {
    const bytes = encodeBatch({ records: [{ timestamp: 5n }, { timestamp: 9n }] });
    stampLogAppendTime(bytes, 77n);
    const read = new RecordBatch(bytes);
    expect(read).toMatchObject({ timestampType: 'LogAppendTime', maxTimestamp: 77n });
    expect(read.checksumMatches()).toBe(true);
    expect([...read.records()].map((record) => record.timestamp)).toEqual([77n, 77n]);
  });
});

describe('transaction markers', () => {
  it.each(['commit', 'abort'] as const)('%s is read back', (type) => {
    const marker = { type, producerId: 9n, producerEpoch: 2, coordinatorEpoch: 4, timestamp: 1n };
    const read = new RecordBatch(encodeTransactionMarker(marker));
    expect(read).toMatchObject({
      isControl: true,
      isTransactional: true,
      producerId: 9n,
      producerEpoch: 2,
      baseSequence: -1,
    });
    expect([...read.records()].map(readTransactionMarker)).toEqual([{ type, coordinatorEpoch: 4 }]);
  });
});

/** Node's zlib gives Buffers, which are equal to no Uint8Array. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
