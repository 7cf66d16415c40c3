import type { Span } from '../output.ts';
import { BackwardBits } from './backward-bits.ts';
import { type HuffmanTable, readHuffmanTable } from './huffman-table.ts';
import { corrupt } from './padded.ts';

/** `Block_Maximum_Size`, which no frame may go beyond. */
export const LARGEST_BLOCK = 128 * 1024;

const kinds = { raw: 0, rle: 1, compressed: 2, treeless: 3 } as const;

/** The literals of a block, where the section behind them begins, and the table the next block may use again. */
export interface Literals {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly table: HuffmanTable | undefined;
}

/** Reads the first section of a compressed block (RFC 8878, 3.1.1.3.1). */
export function readLiterals({ bytes, start, end }: Span, before: HuffmanTable | undefined): Literals {
  if (end - start < 1) throw corrupt('a block without literals');
  const first = bytes[start]!;
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind === kinds.compressed || kind === kinds.treeless) {
    return readCompressed({ bytes, start, end }, { isTreeless: kind === kinds.treeless, format, before });
  }
  const headerSize = format === 1 ? 2 : format === 3 ? 3 : 1;
  if (end - start < headerSize) throw corrupt('a block without literals');
  const header = first | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16);
  const size = headerSize === 1 ? first >> 3 : (header & ((1 << (8 * headerSize)) - 1)) >> 4;
  const from = start + headerSize;
  const after = from + (kind === kinds.rle ? 1 : size);
  if (size > LARGEST_BLOCK || after > end) throw corrupt('literals end too early');
  const literals = kind === kinds.rle ? new Uint8Array(size).fill(bytes[from]!) : bytes.subarray(from, after);
  return { bytes: literals, end: after, table: before };
}

type Compressed = { isTreeless: boolean; format: number; before: HuffmanTable | undefined };

function readCompressed({ bytes, start, end }: Span, { isTreeless, format, before }: Compressed): Literals {
  const headerSize = format < 2 ? 3 : format + 2;
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  if (end - start < headerSize) throw corrupt('a block without literals');
  let header = 0;
  for (let index = 0; index < headerSize; index++) header += bytes[start + index]! * 2 ** (8 * index);
  const size = Math.floor(header / 16) % 2 ** width;
  const compressedSize = Math.floor(header / 2 ** (4 + width)) % 2 ** width;
  const from = start + headerSize;
  const after = from + compressedSize;
  if (size > LARGEST_BLOCK || after > end) throw corrupt('literals end too early');
  const read = isTreeless ? { table: before, end: from } : readHuffmanTable({ bytes, start: from, end: after });
  const { table } = read;
  if (!table) throw corrupt('literals refer to a Huffman table that was never given');
  const literals = new Uint8Array(size);
  const streams = { bytes, start: read.end, end: after };
  if (format === 0) decodeStream(streams, literals, table);
  else decodeFour(streams, literals, table);
  return { bytes: literals, end: after, table };
}

/** Four streams, each a quarter of the literals; the sizes of the first three are written in front. */
function decodeFour({ bytes, start, end }: Span, literals: Uint8Array, table: HuffmanTable): void {
  const quarter = (literals.length + 3) >> 2;
  if (end - start < 6 || literals.length < 3 * quarter) throw corrupt('literals end too early');
  let from = start + 6;
  for (let index = 0; index < 4; index++) {
    const jump = start + 2 * index;
    const after = index < 3 ? from + (bytes[jump]! | (bytes[jump + 1]! << 8)) : end;
    if (after > end) throw corrupt('literals end too early');
    const part = literals.subarray(index * quarter, index < 3 ? (index + 1) * quarter : literals.length);
    decodeStream({ bytes, start: from, end: after }, part, table);
    from = after;
  }
}

/** The loop most of the time goes into: bits are read here and not by {@link BackwardBits}, whose `left` it would move. */
function decodeStream(span: Span, literals: Uint8Array, { log, entries }: HuffmanTable): void {
  const { bytes } = span;
  const front = span.start * 8;
  const mask = (1 << log) - 1;
  let bit = front + new BackwardBits(span).left;
  for (let index = 0; index < literals.length; index++) {
    // The last codes may be shorter than what is looked at: what lies in front of the stream does not decide them.
    const from = bit - log;
    const at = from >> 3;
    const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const entry = entries[(three >>> (from & 7)) & mask]!;
    literals[index] = entry;
    bit -= entry >> 8;
    if (bit < front) throw corrupt('literals are too short');
  }
  if (bit !== front) throw corrupt('literals are too long');
}
