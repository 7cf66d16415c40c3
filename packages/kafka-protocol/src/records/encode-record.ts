import { encodeText } from '../primitives/text.ts';
import { varintSize, varlongSize } from '../primitives/varint.ts';
import type { Writer } from '../primitives/writer.ts';

/** A header to be written. */
export interface RecordHeaderInput {
  readonly key: string;
  readonly value: Uint8Array | string | null;
}

/** A record to be written. Text is written as UTF-8. */
export interface RecordInput {
  /** Default: null. */
  readonly key?: Uint8Array | string | null;
  /** Default: null, a tombstone in compacted topics. */
  readonly value?: Uint8Array | string | null;
  /** Default: none. */
  readonly headers?: readonly RecordHeaderInput[];
  /** Milliseconds since 1970. Required, since this package has no clock. */
  readonly timestamp: bigint;
  /** Its distance from the base offset. Default: its index. Set where compaction has left gaps. */
  readonly offsetDelta?: number;
}

type Blob = Uint8Array | null;

/** Appends one record: its length, which is itself of varying length, comes first and so must be known first. */
export function writeRecord(writer: Writer, record: RecordInput, base: { timestamp: bigint; index: number }): void {
  const timestampDelta = record.timestamp - base.timestamp;
  const offsetDelta = record.offsetDelta ?? base.index;
  const key = toBlob(record.key);
  const value = toBlob(record.value);
  const headers = (record.headers ?? []).map((header) => [encodeText(header.key), toBlob(header.value)] as const);

  const fixed = 1 + varlongSize(timestampDelta) + varintSize(offsetDelta) + varintSize(headers.length);
  const headerSize = headers.reduce((sum, [name, content]) => sum + blobSize(name) + blobSize(content), 0);
  writer.varint(fixed + blobSize(key) + blobSize(value) + headerSize);
  writer.int8(0);
  writer.varlong(timestampDelta);
  writer.varint(offsetDelta);
  writeBlob(writer, key);
  writeBlob(writer, value);
  writer.varint(headers.length);
  for (const [name, content] of headers) {
    writeBlob(writer, name);
    writeBlob(writer, content);
  }
}

function toBlob(content: Uint8Array | string | null | undefined): Blob {
  return typeof content === 'string' ? encodeText(content) : (content ?? null);
}

function writeBlob(writer: Writer, blob: Blob): void {
  writer.varint(blob === null ? -1 : blob.length);
  if (blob !== null) writer.raw(blob);
}

function blobSize(blob: Blob): number {
  return blob === null ? 1 : varintSize(blob.length) + blob.length;
}
