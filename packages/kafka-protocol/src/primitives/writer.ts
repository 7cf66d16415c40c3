import { ProtocolError } from '../protocol-error.ts';
import { encodeText, encodeTextInto } from './text.ts';
import { parseUuid } from './uuid.ts';
import { MAX_SAFE_ZIGZAG, zigzag } from './varint.ts';

const MAX_INT16 = 0x7fff;
const MAX_INT31 = 0x7fff_ffff;
const MAX_UTF8_PER_UNIT = 3;
/** Below this many UTF-16 units the worst case (3 bytes each) still has a one-byte compact length. */
const SHORT_TEXT = 42;

/** Below this, copying bytes costs less than another buffer in the write to the socket. */
const WORTH_ATTACHING = 4096;

/** Appends wire types to a buffer that grows by doubling. Values are trusted: the schema layer has checked them. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #offset = 0;
  /** Large `records` that are not copied, each with where in the buffer it belongs. */
  readonly #attached: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #attachedBytes = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get offset(): number {
    return this.#offset;
  }

  /** How many bytes were written, attached ones included. */
  get size(): number {
    return this.#offset + this.#attachedBytes;
  }

  /** What was written, without a copy unless something is attached. Do not write on. */
  finish(): Uint8Array {
    if (this.#attached.length === 0) return this.#bytes.subarray(0, this.#offset);
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.finishParts()) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** What was written as the parts it lies in, to be written one behind another. Do not write on. */
  finishParts(): Uint8Array[] {
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const { at, bytes } of this.#attached) {
      parts.push(this.#bytes.subarray(from, at), bytes);
      from = at;
    }
    parts.push(this.#bytes.subarray(from, this.#offset));
    return parts;
  }

  /** Appends bytes which are large as a rule: they are kept as they are, so that they need not be copied. */
  attach(bytes: Uint8Array): void {
    if (bytes.length < WORTH_ATTACHING) {
      this.raw(bytes);
      return;
    }
    this.#attached.push({ at: this.#offset, bytes });
    this.#attachedBytes += bytes.length;
  }

  bool(value: boolean): void {
    const at = this.#claim(1);
    this.#view.setUint8(at, value ? 1 : 0);
  }

  int8(value: number): void {
    const at = this.#claim(1);
    this.#view.setInt8(at, value);
  }

  int16(value: number): void {
    const at = this.#claim(2);
    this.#view.setInt16(at, value);
  }

  uint16(value: number): void {
    const at = this.#claim(2);
    this.#view.setUint16(at, value);
  }

  int32(value: number): void {
    const at = this.#claim(4);
    this.#view.setInt32(at, value);
  }

  uint32(value: number): void {
    const at = this.#claim(4);
    this.#view.setUint32(at, value);
  }

  int64(value: bigint): void {
    const at = this.#claim(8);
    this.#view.setBigInt64(at, value);
  }

  float64(value: number): void {
    const at = this.#claim(8);
    this.#view.setFloat64(at, value);
  }

  uuid(value: string): void {
    this.raw(parseUuid(value));
  }

  uvarint(value: number): void {
    let rest = value;
    // Bit operations know 31 bits; the few larger numbers take the slow way down to there.
    for (; rest > MAX_INT31; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80);
    for (; rest >= 0x80; rest >>>= 7) this.#byte((rest & 0x7f) | 0x80);
    this.#byte(rest);
  }

  /** Zigzag, for the signed 32-bit numbers inside records. */
  varint(value: number): void {
    this.uvarint(zigzag(value));
  }

  /** Zigzag, for the signed 64-bit numbers inside records. Nearly all are small enough to need no bigint arithmetic. */
  varlong(value: bigint): void {
    const small = Number(value);
    if (Math.abs(small) <= MAX_SAFE_ZIGZAG) {
      this.uvarint(zigzag(small));
      return;
    }
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest >= 0x80n; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80);
    this.#byte(Number(rest));
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
    const at = this.#claim(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Fills in a 32-bit number whose value was not known when its place was written. */
  patchInt32(offset: number, value: number): void {
    this.#view.setInt32(offset, value);
  }

  #byte(value: number): void {
    const at = this.#claim(1);
    this.#bytes[at] = value;
  }

  /** May replace the buffer, so it must come before `#view` or `#bytes` in an expression. */
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
