import type { Codec } from '../codec.ts';
import { type CodecOptions, DEFAULT_MAX_BYTES } from '../options.ts';
import { Output } from '../output.ts';
import { decodeFrames, MAGIC } from './frame.ts';
import { LARGEST_BLOCK } from './literals.ts';

/** One segment, its size in eight bytes, no checksum. */
const DESCRIPTOR = 0b1110_0000;
const HEADER_SIZE = 13;
const BLOCK_HEADER = 3;
const RLE = 1;

/**
 * Zstandard (RFC 8878): reads every frame that needs no dictionary, and verifies its checksum.
 *
 * What `compress` writes is zstd that any reader takes, but hardly smaller than before: of repetition it knows runs
 * of one byte alone. Where Node has zstd (22.15, 23.8 and later), pass
 * `{ ...zstdCodec(), compress: zstdCompressSync }`.
 *
 * @example
 * const codecs: Codecs = { zstd: zstdCodec() };
 * const batch = encodeBatch({ records: [{ value: 'x', timestamp: 0n }], compression: 'zstd' }, codecs);
 */
export function zstdCodec({ maxBytes = DEFAULT_MAX_BYTES }: CodecOptions = {}): Codec {
  return { compress: store, decompress: (bytes) => decodeFrames(bytes, new Output(maxBytes)) };
}

function store(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / LARGEST_BLOCK));
  const out = new Uint8Array(HEADER_SIZE + blocks * BLOCK_HEADER + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  out[4] = DESCRIPTOR;
  view.setBigUint64(5, BigInt(bytes.length), true);
  let to = HEADER_SIZE;
  for (let block = 0; block < blocks; block++) {
    const content = bytes.subarray(block * LARGEST_BLOCK, (block + 1) * LARGEST_BLOCK);
    const isRun = content.length > 1 && content.every((byte) => byte === content[0]);
    const header = (content.length << 3) | ((isRun ? RLE : 0) << 1) | (block === blocks - 1 ? 1 : 0);
    out[to] = header & 0xff;
    out[to + 1] = (header >> 8) & 0xff;
    out[to + 2] = header >> 16;
    out.set(isRun ? content.subarray(0, 1) : content, to + BLOCK_HEADER);
    to += BLOCK_HEADER + (isRun ? 1 : content.length);
  }
  return out.subarray(0, to);
}
