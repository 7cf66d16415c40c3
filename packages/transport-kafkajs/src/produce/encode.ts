import type { Bytes, Header } from '@eventstream/core';

/** Upper bound of a record's own fields: lengths, attributes, deltas and the count of headers as varints. */
const recordOverhead = 24;
const headerOverhead = 8;

/** What a record batch costs before its first record. Source: Kafka's message format, record batch v2. */
export const batchOverhead = 61;

function lengthOf(bytes: Bytes): number {
  if (bytes === null) return 0;
  return typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength;
}

/** Bytes the record takes in a batch, never fewer than it really does. */
export function recordSize(key: Bytes, value: Bytes, headers: readonly Header[]): number {
  let size = recordOverhead + lengthOf(key) + lengthOf(value);
  for (const [name, part] of headers) size += headerOverhead + Buffer.byteLength(name) + lengthOf(part);
  return size;
}

/** One appended record. */
export interface Append {
  readonly partition: number;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
}
