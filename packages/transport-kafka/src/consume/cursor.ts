/** Node's own method behind `toString('utf8')`: it takes plain bytes, and making a Buffer of them costs three times the text. */
const { utf8Slice } = Buffer.prototype;

/** Reads a record's fields one after another. Throws `RangeError` where bytes are missing. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  /** A zigzag varint: lengths, counts and deltas. */
  varint(): number {
    const first = this.#byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let rest = first & 0x7f;
    let scale = 0x80;
    for (let byte = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.#byte();
      rest += (byte & 0x7f) * scale;
      if (scale > 2 ** 56) throw new RangeError('a number of a record does not end');
    }
    return rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
  }

  /** So many bytes; null for a negative length. */
  take(length: number): Uint8Array | null {
    if (length < 0) return null;
    const start = this.at;
    this.skip(length);
    const { buffer, byteOffset } = this.bytes;
    return new Uint8Array(buffer, byteOffset + start, length);
  }

  /** So many bytes of UTF-8. */
  text(length: number): string {
    const start = this.at;
    this.skip(length);
    return utf8Slice.call(this.bytes, start, this.at);
  }

  skip(length: number): void {
    if (length <= 0) return;
    if (this.at + length > this.#end) throw new RangeError(`${length} bytes of a record are missing`);
    this.at += length;
  }

  #byte(): number {
    if (this.at >= this.#end) throw new RangeError('a record ends in the middle of a number');
    return this.bytes[this.at++] as number;
  }
}

declare global {
  interface Buffer {
    utf8Slice(this: Uint8Array, start: number, end: number): string;
  }
}
