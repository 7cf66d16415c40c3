import type { Span } from '../output.ts';
import { corrupt } from './padded.ts';

/** The most bits that a read of four bytes is sure to hold. */
const MOST_AT_ONCE = 24;

/**
 * Bits read from the end of a span to its front, as FSE and Huffman streams are. The highest bit set of the last byte
 * marks where they begin. Reads past the front give what lies there and make `left` negative: who cares asks `left`.
 */
export class BackwardBits {
  readonly bytes: Uint8Array;
  /** Bits not yet read. */
  left: number;
  readonly #front: number;

  /** `bytes` must be padded: reads go up to four bytes past either end. */
  constructor({ bytes, start, end }: Span) {
    const last = end > start ? bytes[end - 1]! : 0;
    if (last === 0) throw corrupt('a bit stream has no end mark');
    this.bytes = bytes;
    this.#front = start * 8;
    this.left = (end - start) * 8 - 1 - Math.clz32(last << 24);
  }

  read(count: number): number {
    if (count > MOST_AT_ONCE) return this.read(count - 16) * 0x1_0000 + this.read(16);
    this.left -= count;
    // A stream that runs out far before its front is corrupt; nothing may be read outside of the padding.
    if (this.left < -MOST_AT_ONCE) throw corrupt('a bit stream is too short');
    const bit = this.#front + this.left;
    const at = bit >> 3;
    const { bytes } = this;
    const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    return (four >>> (bit & 7)) & ((1 << count) - 1);
  }
}
