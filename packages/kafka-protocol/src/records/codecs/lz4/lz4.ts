import { ProtocolError } from '../../../protocol-error.ts';
import type { Codec } from '../codec.ts';
import { Matcher } from '../matcher.ts';
import { type CodecOptions, DEFAULT_MAX_BYTES } from '../options.ts';
import { Output } from '../output.ts';
import { decodeBlock, encodeBlock, longestBlock } from './block.ts';
import { xxh32 } from './xxh32.ts';

const MAGIC = 0x184d_2204;
const VERSION = 0b0100_0000;
/** The bits of the first byte behind the magic number. */
const flags = {
  version: 0b1100_0000,
  independentBlocks: 0b10_0000,
  blockChecksums: 0b1_0000,
  contentSize: 0b1000,
  contentChecksum: 0b100,
  dictionary: 0b1,
} as const;
/** Block sizes by their code; codes 0 to 3 are not used. */
const blockSizes: Readonly<Record<number, number>> = { 4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20 };
const BLOCK_64K = 4;
/** Set in the size of a block that is not compressed. */
const STORED = 0x8000_0000;

/**
 * LZ4 frames, as batches of format 2 hold them: a right header checksum, blocks of 64 KiB that stand alone, and no
 * checksums of their own, since the batch has one. Every other kind of frame is read as well, and its checksums are
 * verified; frames that need a dictionary are refused.
 *
 * @example
 * const codecs: Codecs = { lz4: lz4Codec({ maxBytes: 16 << 20 }) };
 * const batch = new RecordBatch(encodeBatch({ records: [{ value: 'x', timestamp: 0n }], compression: 'lz4' }, codecs));
 * console.log([...batch.records(codecs)].length); // 1
 */
export function lz4Codec({ maxBytes = DEFAULT_MAX_BYTES }: CodecOptions = {}): Codec {
  return { compress: encodeFrame, decompress: (bytes) => decodeFrame(bytes, new Output(maxBytes)) };
}

interface FrameHeader {
  readonly flag: number;
  readonly maxSize: number;
  readonly contentSize: number | undefined;
  readonly end: number;
}

function decodeFrame(bytes: Uint8Array, output: Output): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { flag, maxSize, contentSize, end: headerEnd } = decodeHeader(bytes, view);
  let at = headerEnd;
  for (let size = uint32(view, at); size !== 0; size = uint32(view, at)) {
    const start = at + 4;
    const end = start + (size & ~STORED);
    if (end > bytes.length || (size & ~STORED) > maxSize)
      throw new ProtocolError('truncated', `a block of ${size & ~STORED} bytes`);
    if (size >= STORED) output.append({ bytes, start, end });
    else
      decodeBlock({ bytes, start, end }, output, { maxSize, from: flag & flags.independentBlocks ? output.length : 0 });
    at = end;
    if (flag & flags.blockChecksums) {
      verify(uint32(view, at), bytes.subarray(start, end));
      at += 4;
    }
  }
  at += 4;
  const content = output.finish();
  if (flag & flags.contentChecksum) {
    verify(uint32(view, at), content);
    at += 4;
  }
  if (at < bytes.length) throw new ProtocolError('malformed', `${bytes.length - at} bytes follow the frame`);
  if (contentSize !== undefined && contentSize !== content.length) {
    throw new ProtocolError('malformed', `the frame says it holds ${contentSize} bytes and holds ${content.length}`);
  }
  return content;
}

function decodeHeader(bytes: Uint8Array, view: DataView): FrameHeader {
  if (uint32(view, 0) !== MAGIC) throw new ProtocolError('malformed', 'no LZ4 frame begins here');
  const flag = uint8(view, 4);
  const maxSize = blockSizes[(uint8(view, 5) >> 4) & 7];
  if ((flag & flags.version) !== VERSION || flag & flags.dictionary || maxSize === undefined) {
    throw new ProtocolError('malformed', `an LZ4 frame of an unknown kind: flags ${flag}, block size ${bytes[5]}`);
  }
  const hasSize = (flag & flags.contentSize) !== 0;
  const checksumAt = hasSize ? 14 : 6;
  const checksum = uint8(view, checksumAt);
  if (((xxh32(bytes.subarray(4, checksumAt)) >> 8) & 0xff) !== checksum) throw mismatch();
  const contentSize = hasSize ? Number(view.getBigUint64(6, true)) : undefined;
  return { flag, maxSize, contentSize, end: checksumAt + 1 };
}

function uint32(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw new ProtocolError('truncated', 'the frame ends before its end mark');
  return view.getUint32(at, true);
}

function uint8(view: DataView, at: number): number {
  if (at >= view.byteLength) throw new ProtocolError('truncated', 'the frame ends inside its header');
  return view.getUint8(at);
}

function verify(expected: number, bytes: Uint8Array): void {
  if (xxh32(bytes) !== expected) throw mismatch();
}

function mismatch(): ProtocolError {
  return new ProtocolError('malformed', 'a checksum of the LZ4 frame does not match');
}

function encodeFrame(bytes: Uint8Array): Uint8Array {
  const blockSize = blockSizes[BLOCK_64K]!;
  const blocks = Math.ceil(bytes.length / blockSize);
  const out = new Uint8Array(11 + longestBlock(bytes.length) + blocks * 20);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  out[4] = VERSION | flags.independentBlocks;
  out[5] = BLOCK_64K << 4;
  out[6] = (xxh32(out.subarray(4, 6)) >> 8) & 0xff;
  const matcher = new Matcher(bytes, blockSize);
  let to = 7;
  for (let start = 0; start < bytes.length; start += blockSize) {
    const end = Math.min(start + blockSize, bytes.length);
    const written = encodeBlock(matcher, { bytes, start, end }, { out, at: to + 4 });
    const size = written - to - 4;
    const isStored = size >= end - start;
    view.setUint32(to, isStored ? end - start + STORED : size, true);
    if (isStored) out.set(bytes.subarray(start, end), to + 4);
    to = isStored ? to + 4 + end - start : written;
  }
  view.setUint32(to, 0, true);
  return out.slice(0, to + 4);
}
