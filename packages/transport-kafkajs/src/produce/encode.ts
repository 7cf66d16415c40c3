import type { Bytes, Header } from '@eventstream/core';
import type { IHeaders, Message } from 'kafkajs';
import { nullHeader } from './null-header.ts';

/** A record as kafkajs takes it. The partition is always given: kafkajs would choose again on every retry otherwise. */
export type OutgoingMessage = Message & { readonly partition: number; readonly timestamp: string };

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

/** Strings cannot change and are left to kafkajs to encode; bytes are copied, since the caller may reuse them. */
function taken(bytes: Bytes): Buffer | string | null {
  return bytes === null || typeof bytes === 'string' ? bytes : Buffer.from(bytes);
}

/** Names JavaScript objects list before all others, whatever their order: those that read as array indexes. */
const indexLike = /^\d+$/;

/**
 * kafkajs takes headers as an object and so puts repeated names together and names like `1` first. It calls `map` on the
 * values of a repeated name: one whose `map` gives every header keeps them in order.
 */
function headerList(headers: readonly Header[]): IHeaders {
  const list = headers.map(([key, bytes]) => ({ key, value: taken(bytes) ?? nullHeader() }));
  return { all: Object.assign([] as string[], { map: () => list }) };
}

function headerMap(headers: readonly Header[]): IHeaders {
  // Without a prototype, so that a header may be called `__proto__`.
  const map: Record<string, Buffer | string> = Object.create(null);
  for (const [name, bytes] of headers) {
    if (name in map || indexLike.test(name)) return headerList(headers);
    map[name] = taken(bytes) ?? nullHeader();
  }
  return map;
}

/** One appended record. */
export interface Append {
  readonly partition: number;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
}

/** Builds kafkajs's message, taking every byte before it returns. */
export function toMessage({ partition, key, value, headers, timestamp }: Append): OutgoingMessage {
  // Text, since kafkajs takes the number 0 for "no timestamp" and sorts timestamps as text either way.
  const message = { key: taken(key), value: taken(value), partition, timestamp: String(Math.trunc(timestamp)) };
  return headers.length === 0 ? message : { ...message, headers: headerMap(headers) };
}
