import type { Bytes, Header } from '@eventstream/core';
import { sharedBytes } from './header-bytes.ts';
import { varintSize, zigzag } from './varint.ts';

/** How lengths of text are told: `ascii` takes its characters, which is quick and nearly always right; `exact` counts. */
export type Lengths = 'ascii' | 'exact';

/** The bytes of a key, a value or a header's part. */
export function lengthOf(bytes: Bytes, lengths: Lengths): number {
  if (bytes === null) return 0;
  if (typeof bytes !== 'string') return bytes.byteLength;
  return lengths === 'ascii' ? bytes.length : Buffer.byteLength(bytes);
}

/** A field with its length in front. */
export function fieldSize(bytes: Bytes, lengths: Lengths): number {
  if (bytes === null) return 1;
  const length = lengthOf(bytes, lengths);
  return varintSize(length * 2) + length;
}

/** All headers with their count in front. */
export function headersSize(headers: readonly Header[], lengths: Lengths): number {
  let size = varintSize(zigzag(headers.length));
  for (const header of headers) {
    size += sharedBytes(header)?.length ?? fieldSize(header[0], lengths) + fieldSize(header[1], lengths);
  }
  return size;
}

/** The most a record's own fields take before its key: length, attributes, and the deltas of time and offset. */
const prefixBytes = 5 + 1 + 10 + 5;

/** No record takes more than this, whatever its text is; exact but for a few bytes when it is ASCII or bytes. */
export function roomFor(key: Bytes, value: Bytes, headers: readonly Header[]): number {
  let room = prefixBytes + mostBytes(key) + mostBytes(value) + 5;
  for (const header of headers) room += sharedBytes(header)?.length ?? mostBytes(header[0]) + mostBytes(header[1]);
  return room;
}

function mostBytes(bytes: Bytes): number {
  if (bytes === null) return 1;
  return 5 + (typeof bytes === 'string' ? bytes.length * 3 : bytes.byteLength);
}
