import { ProtocolError } from '../protocol-error.ts';
import { encodeText, encodeTextInto } from './text.ts';
import { parseUuid } from './uuid.ts';

const MAX_INT16 = 0x7fff;
const MAX_UTF8_PER_UNIT = 3;
/** Below this many UTF-16 units the worst case (3 bytes each) still has a one-byte compact length. */
const SHORT_TEXT = 42;

/** Appends wire types to a buffer that grows by doubling. Values are trusted: the schema layer has checked them. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #offset = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get offset(): number {
    return this.#offset;
  }

  /** What was written, without a copy. Do not write on. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#offset);
  }

  bool(value: boolean): void {
    this.#view.setUint8(this.#claim(1), value ? 1 : 0);
  }

  int8(value: number): void {
    this.#view.setInt8(this.#claim(1), value);
  }

  int16(value: number): void {
    this.#view.setInt16(this.#claim(2), value);
  }

  uint16(value: number): void {
    this.#view.setUint16(this.#claim(2), value);
  }

  int32(value: number): void {
    this.#view.setInt32(this.#claim(4), value);
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#claim(4), value);
  }

  int64(value: bigint): void {
    this.#view.setBigInt64(this.#claim(8), value);
  }

  float64(value: number): void {
    this.#view.setFloat64(this.#claim(8), value);
  }

  uuid(value: string): void {
    this.raw(parseUuid(value));
  }

  uvarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#view.setUint8(this.#claim(1), (rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#view.setUint8(this.#claim(1), rest);
  }

  /** Zigzag, for the signed 32-bit numbers inside records. */
  varint(value: number): void {
    this.uvarint(value < 0 ? value * -2 - 1 : value * 2);
  }

  /** Zigzag, for the signed 64-bit numbers inside records. */
  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest >= 0x80n) {
      this.#view.setUint8(this.#claim(1), Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#view.setUint8(this.#claim(1), Number(rest));
  }

  length(value: number, form: 2 | 4 | 'compact'): void {
    if (form === 'compact') this.uvarint(value + 1);
    else if (form === 4) this.int32(value);
    else if (value <= MAX_INT16) this.int16(value);
    else
      throw new ProtocolError('too_large', `${value} bytes of text, at most ${MAX_INT16} fit before flexible versions`);
  }

  /** Length and UTF-8. Short text is encoded in place, since its length field cannot change size. */
  text(value: string, form: 2 | 'compact'): void {
    if (value.length > SHORT_TEXT) {
      const encoded = encodeText(value);
      this.length(encoded.length, form);
      this.raw(encoded);
      return;
    }
    const lengthSize = form === 2 ? 2 : 1;
    this.#reserve(lengthSize + value.length * MAX_UTF8_PER_UNIT);
    const start = this.#offset + lengthSize;
    const written = encodeTextInto(value, this.#bytes, start);
    this.length(written, form);
    this.#offset = start + written;
  }

  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#claim(bytes.length));
  }

  /** Fills in a 32-bit number whose value was not known when its place was written. */
  patchInt32(offset: number, value: number): void {
    this.#view.setInt32(offset, value);
  }

  #claim(size: number): number {
    if (this.#offset + size > this.#bytes.length) this.#reserve(size);
    const start = this.#offset;
    this.#offset += size;
    return start;
  }

  #reserve(size: number): void {
    const needed = this.#offset + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#offset));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
