import { ProtocolError } from '../../../protocol-error.ts';
import type { Codec } from '../codec.ts';
import { Matcher } from '../matcher.ts';
import { type CodecOptions, DEFAULT_MAX_BYTES } from '../options.ts';
import { Output } from '../output.ts';
import { decodeBlock, encodeBlock, longestBlock } from './block.ts';

/** How the stream of snappy-java (xerial), and so of the Java client, begins. */
const xerialMagic = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
/** The magic bytes, a version and the oldest version that can read it. */
const HEADER_SIZE = 16;
const VERSION = 1;
/** What the Java client puts into one block. */
const BLOCK_SIZE = 32 * 1024;

/**
 * Snappy, written in the framing of the Java client. Raw blocks, as librdkafka and Go clients write them, are read too.
 *
 * @example
 * const codecs: Codecs = { snappy: snappyCodec() };
 * const batch = encodeBatch({ records: [{ value: 'x', timestamp: 0n }], compression: 'snappy' }, codecs);
 */
export function snappyCodec({ maxBytes = DEFAULT_MAX_BYTES }: CodecOptions = {}): Codec {
  return { compress: encodeStream, decompress: (bytes) => decode(bytes, new Output(maxBytes)) };
}

function decode(bytes: Uint8Array, output: Output): Uint8Array {
  if (isHeader(bytes, 0)) decodeStream(bytes, output);
  else decodeBlock({ bytes, start: 0, end: bytes.length }, output);
  return output.finish();
}

function isHeader(bytes: Uint8Array, at: number): boolean {
  return xerialMagic.every((byte, index) => bytes[at + index] === byte);
}

function decodeStream(bytes: Uint8Array, output: Output): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    // Streams may be joined: a header can stand wherever a block can.
    if (isHeader(bytes, at)) {
      if (bytes.length - at < HEADER_SIZE) throw endsInside();
      at += HEADER_SIZE;
      continue;
    }
    if (bytes.length - at < 4) throw endsInside();
    const start = at + 4;
    const end = start + view.getUint32(at);
    if (end > bytes.length) throw endsInside();
    decodeBlock({ bytes, start, end }, output);
    at = end;
  }
}

function endsInside(): ProtocolError {
  return new ProtocolError('truncated', 'the Snappy stream ends inside a block');
}

function encodeStream(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK_SIZE);
  const out = new Uint8Array(HEADER_SIZE + blocks * (4 + longestBlock(Math.min(bytes.length, BLOCK_SIZE))));
  const view = new DataView(out.buffer);
  out.set(xerialMagic);
  view.setInt32(8, VERSION);
  view.setInt32(12, VERSION);
  const matcher = new Matcher(bytes, BLOCK_SIZE);
  let to = HEADER_SIZE;
  for (let start = 0; start < bytes.length; start += BLOCK_SIZE) {
    const end = Math.min(start + BLOCK_SIZE, bytes.length);
    const written = encodeBlock(matcher, { bytes, start, end }, { out, at: to + 4 });
    view.setUint32(to, written - to - 4);
    to = written;
  }
  return out.slice(0, to);
}
