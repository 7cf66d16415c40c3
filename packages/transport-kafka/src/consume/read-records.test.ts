import { crc32c, encodeBatch, isProtocolError } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { seeded } from '../testing/in-memory.ts';
import { behind, readRecords, UnreadableBatch } from './read-records.ts';

/** How many mutated batches are read; ten million take some minutes. */
const batches = Number(process.env['FUZZ_BATCHES'] ?? 50_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

const at = { crc: 17, attributes: 21, recordCount: 57, records: 61 };
const options = { codecs: {}, from: 0, aborted: undefined };

/** Three records with what records may have: keys, values, nothing, headers. */
const whole = encodeBatch({
  baseOffset: 100n,
  records: [
    { key: Buffer.from('key'), value: Buffer.from('a value'), headers: [], timestamp: 1_700_000_000_000n },
    {
      key: null,
      value: null,
      headers: [{ key: 'traceparent', value: Buffer.from('00-1') }],
      timestamp: 1_700_000_000_001n,
    },
    { key: null, value: Buffer.alloc(300), headers: [{ key: 'h', value: null }], timestamp: 1_700_000_000_002n },
  ],
});

/** As if a producer, or a broker, had computed the checksum of these bytes. */
function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(at.crc, crc32c(bytes.subarray(at.attributes)));
  return bytes;
}

function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(whole);
  change(new DataView(bytes.buffer));
  return sealed(bytes);
}

/** A few bytes are others, mostly in the records; one batch in eight is cut off as well. */
function mutate(next: (below: number) => number): Uint8Array {
  const bytes = new Uint8Array(whole);
  const first = next(4) === 0 ? 0 : at.records;
  for (let left = 1 + next(3); left > 0; left -= 1) bytes[first + next(bytes.length - first)] = next(256);
  if (next(16) !== 0) sealed(bytes);
  return next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}

/** Reads as a subscription does, and then all that a view can be asked for. */
function read(bytes: Uint8Array): 'read' | 'unreadable' | 'malformed' {
  try {
    behind(bytes, 0);
    for (const view of readRecords(bytes, options)) {
      void view.key;
      void view.value;
      void view.headers;
    }
    return 'read';
  } catch (error) {
    if (error instanceof UnreadableBatch) return 'unreadable';
    if (isProtocolError(error)) return 'malformed';
    throw error;
  }
}

test('a mutated batch is read, or refused as such; what a view is asked for is there', { timeout: 1_200_000 }, () => {
  const random = seeded(seed);
  const next = (below: number) => Math.floor(random() * below);
  const seen = { read: 0, unreadable: 0, malformed: 0 };
  for (let index = 0; index < batches; index += 1) {
    const bytes = mutate(next);
    try {
      seen[read(bytes)] += 1;
    } catch (cause) {
      throw new Error(`seed ${seed}, batch ${index}: ${Buffer.from(bytes).toString('hex')}`, { cause });
    }
  }
  expect(Math.min(seen.read, seen.unreadable, seen.malformed), JSON.stringify(seen)).toBeGreaterThan(batches / 1000);
});

test.each([
  ['a negative number of records', changed((view) => view.setInt32(at.recordCount, -1)), '-1 records are announced'],
  ['fewer records than there are', changed((view) => view.setInt32(at.recordCount, 2)), '2 records are announced'],
  ['more records than there are', changed((view) => view.setInt32(at.recordCount, 4)), 'ends in the middle'],
  ['more headers than there are', changed((view) => view.setUint8(whole.length - 4, 4)), 'a record'],
])('%s: the batch cannot be read, instead of records being left out', (_, bytes, reason) => {
  const reading = () => readRecords(bytes, options);
  expect(reading).toThrow(UnreadableBatch);
  expect(reading).toThrow(reason);
});
