import { crc32c } from '@eventstream/kafka-protocol';
import type { Change } from './change.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

/** A change, and the record batches that belong to it. */
export type Entry = { readonly change: Change; readonly batches?: readonly Uint8Array[] };

/** Length and checksum of what follows, and the checksum of these two. */
const HEADER_BYTES = 12;
const LENGTH_BYTES = 4;

/**
 * Entries that count together or not at all: header, length of the JSON, JSON, batches one after another.
 *
 * The header has a checksum of its own, so that a length that was damaged is not taken for a frame that ends too early.
 */
export function encodeFrame(entries: readonly Entry[]): Buffer {
  const batches = entries.flatMap((entry) => entry.batches ?? []);
  const facts = entries.map(({ change, batches: own = [] }) => [change, own.map(({ byteLength }) => byteLength)]);
  const json = Buffer.from(toTaggedJson(facts));
  const bodyBytes = batches.reduce((sum, { byteLength }) => sum + byteLength, LENGTH_BYTES + json.byteLength);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bodyBytes);
  frame.writeUInt32BE(json.byteLength, HEADER_BYTES);
  frame.set(json, HEADER_BYTES + LENGTH_BYTES);
  let at = HEADER_BYTES + LENGTH_BYTES + json.byteLength;
  for (const batch of batches) {
    frame.set(batch, at);
    at += batch.byteLength;
  }
  frame.writeUInt32BE(bodyBytes, 0);
  frame.writeUInt32BE(crc32c(frame.subarray(HEADER_BYTES)), 4);
  frame.writeUInt32BE(crc32c(frame.subarray(0, 8)), 8);
  return frame;
}

/** Reads `length` bytes of a file at `position`; fewer at its end. */
export type ReadAt = (position: number, length: number) => Buffer;

/** What stands at a place of a file: a frame, the beginning of one at the end of the file, or neither. */
export type FrameFound =
  | { readonly kind: 'frame'; readonly entries: readonly Entry[]; readonly end: number }
  | { readonly kind: 'torn' | 'damaged' };

export function readFrame(read: ReadAt, at: number, fileBytes: number): FrameFound {
  const header = read(at, HEADER_BYTES);
  if (header.byteLength < HEADER_BYTES) return { kind: 'torn' };
  if (header.readUInt32BE(8) !== crc32c(header.subarray(0, 8))) return { kind: 'damaged' };
  const end = at + HEADER_BYTES + header.readUInt32BE(0);
  if (end > fileBytes) return { kind: 'torn' };
  const body = read(at + HEADER_BYTES, end - at - HEADER_BYTES);
  if (header.readUInt32BE(4) !== crc32c(body)) return { kind: 'damaged' };
  return { kind: 'frame', entries: decodeBody(body), end };
}

function decodeBody(body: Buffer): Entry[] {
  let at = LENGTH_BYTES + body.readUInt32BE(0);
  const facts = fromTaggedJson(body.toString('utf8', LENGTH_BYTES, at)) as [Change, number[]][];
  return facts.map(([change, sizes]) => {
    // Copied out: a view would keep all the frame in memory for as long as one of its batches lives.
    const batches = sizes.map((size) => {
      at += size;
      return new Uint8Array(body.subarray(at - size, at));
    });
    return { change, batches };
  });
}
