import type { Output, Span } from '../output.ts';
import type { HuffmanTable } from './huffman-table.ts';
import { LARGEST_BLOCK, readLiterals } from './literals.ts';
import { corrupt, padded } from './padded.ts';
import { readSequenceHeader, type SequenceTables } from './sequence-tables.ts';
import { initialDistances, type RecentDistances, runSequences } from './sequences.ts';
import { xxh64Low } from './xxh64.ts';

export const MAGIC = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a5;
const blockKinds = { raw: 0, rle: 1, compressed: 2 } as const;
const sizeWidths = [0, 2, 4, 8] as const;
const idWidths = [0, 1, 2, 4] as const;

/** What one block leaves to the next. */
type FrameState = {
  huffman: HuffmanTable | undefined;
  tables: SequenceTables | undefined;
  readonly recent: RecentDistances;
  readonly from: number;
};

/** Decompresses all frames of the input, one after another; skippable ones are skipped. */
export function decodeFrames(input: Uint8Array, output: Output): Uint8Array {
  const { bytes, start, end } = padded(input);
  let at = start;
  while (at < end) {
    if (end - at < 8) throw corrupt('the input ends inside a frame header');
    const magic = uint32(bytes, at);
    if (magic === MAGIC) at = decodeFrame({ bytes, start: at + 4, end }, output);
    else if (magic >>> 4 === SKIPPABLE) at += 8 + uint32(bytes, at + 4);
    else throw corrupt('no frame begins here');
    if (at > end) throw corrupt('the input ends inside a frame');
  }
  return output.finish();
}

function decodeFrame(span: Span, output: Output): number {
  const { bytes, end } = span;
  const header = decodeHeader(span);
  const from = output.length;
  const state: FrameState = { huffman: undefined, tables: undefined, recent: [...initialDistances], from };
  let at = header.end;
  for (let isLast = false; !isLast; ) {
    if (end - at < 3) throw corrupt('the input ends before the last block');
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    isLast = (block & 1) === 1;
    at = decodeBlock({ bytes, start: at + 3, end }, output, { kind: (block >> 1) & 3, size: block >> 3, state });
  }
  const content = output.bytes.subarray(from, output.length);
  if (header.size !== undefined && header.size !== content.length) {
    throw corrupt(`the frame says it holds ${header.size} bytes and holds ${content.length}`);
  }
  if (!header.hasChecksum) return at;
  if (end - at < 4) throw corrupt('the input ends before the checksum');
  if (uint32(bytes, at) !== xxh64Low(content)) throw corrupt('the checksum does not match');
  return at + 4;
}

function decodeHeader({ bytes, start, end }: Span): { size: number | undefined; hasChecksum: boolean; end: number } {
  const descriptor = bytes[start]!;
  const isSingleSegment = (descriptor & 0b10_0000) !== 0;
  const sizeCode = descriptor >> 6;
  const sizeWidth = sizeCode === 0 && isSingleSegment ? 1 : sizeWidths[sizeCode]!;
  const idWidth = idWidths[descriptor & 3]!;
  if (descriptor & 0b1000) throw corrupt('a frame of an unknown kind');
  // The window says how much a decoder must remember; this one remembers the whole frame.
  const idAt = start + (isSingleSegment ? 1 : 2);
  const sizeAt = idAt + idWidth;
  if (sizeAt + sizeWidth > end) throw corrupt('the input ends inside a frame header');
  if (little(bytes, idAt, idWidth) !== 0) throw corrupt('the frame needs a dictionary');
  const size = sizeWidth === 0 ? undefined : little(bytes, sizeAt, sizeWidth) + (sizeWidth === 2 ? 256 : 0);
  return { size, hasChecksum: (descriptor & 0b100) !== 0, end: sizeAt + sizeWidth };
}

type Block = { readonly kind: number; readonly size: number; readonly state: FrameState };

function decodeBlock({ bytes, start, end }: Span, output: Output, { kind, size, state }: Block): number {
  if (size > LARGEST_BLOCK) throw corrupt(`a block of ${size} bytes`);
  const after = start + (kind === blockKinds.rle ? 1 : size);
  if (after > end) throw corrupt('the input ends inside a block');
  if (kind === blockKinds.raw) output.append({ bytes, start, end: after });
  else if (kind === blockKinds.rle) appendRun(output, bytes[start]!, size);
  else if (kind === blockKinds.compressed) decodeCompressed({ bytes, start, end: after }, output, state);
  else throw corrupt('a block of an unknown kind');
  return after;
}

function appendRun(output: Output, byte: number, size: number): void {
  if (output.reserve(size) < output.length + size) throw output.overflow();
  output.bytes.fill(byte, output.length, output.length + size);
  output.length += size;
}

function decodeCompressed(span: Span, output: Output, state: FrameState): void {
  const { bytes, end } = span;
  const literals = readLiterals(span, state.huffman);
  const header = readSequenceHeader({ bytes, start: literals.end, end }, state.tables);
  state.huffman = literals.table;
  if (header.count === 0 || !header.tables) {
    if (header.end !== end) throw corrupt('bytes follow the last sequence');
    output.append({ bytes: literals.bytes, start: 0, end: literals.bytes.length });
    return;
  }
  state.tables = header.tables;
  const work = { count: header.count, tables: header.tables, literals: literals.bytes };
  runSequences({ bytes, start: header.end, end }, output, { ...work, recent: state.recent, from: state.from });
}

function little(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index++) value += bytes[at + index]! * 2 ** (8 * index);
  return value;
}

function uint32(bytes: Uint8Array, at: number): number {
  return little(bytes, at, 4);
}
