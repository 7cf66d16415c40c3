import { ProtocolError } from '../protocol-error.ts';
import { decodeText } from './text.ts';
import { formatUuid } from './uuid.ts';

/** The largest length any Kafka value may announce (a Java int). */
const MAX_LENGTH = 0x7fff_ffff;

/**
 * Reads wire types one after another. Every method checks what is left first, so hostile input ends in a
 * ProtocolError.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;
  #end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#end = Math.min(end, bytes.length);
  }

  /** The next byte to be read, counted from the start of `bytes`. */
  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#end - this.#offset;
  }

  /** Moves on by `size` and gives where that span began. */
  take(size: number): number {
    const start = this.#offset;
    if (size > this.#end - start) {
      throw new ProtocolError(
        'truncated',
        `${size} bytes are needed at offset ${start}, ${this.#end - start} are left`,
      );
    }
    this.#offset = start + size;
    return start;
  }

  bool(): boolean {
    return this.#view.getUint8(this.take(1)) !== 0;
  }

  int8(): number {
    return this.#view.getInt8(this.take(1));
  }

  int16(): number {
    return this.#view.getInt16(this.take(2));
  }

  uint16(): number {
    return this.#view.getUint16(this.take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.take(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.take(8));
  }

  float64(): number {
    return this.#view.getFloat64(this.take(8));
  }

  uuid(): string {
    return formatUuid(this.bytes, this.take(16));
  }

  /** Up to five groups of seven bits, least significant first. */
  uvarint(): number {
    let value = 0;
    for (let factor = 1; factor <= 0x1000_0000; factor *= 0x80) {
      const byte = this.bytes[this.take(1)] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new ProtocolError('malformed', `the varint that ends at offset ${this.#offset} does not fit into 32 bits`);
  }

  /** Zigzag, at most 32 bits. */
  varint(): number {
    const raw = this.uvarint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** Zigzag, at most 64 bits. Most fit into the 49 bits of seven bytes, which need no bigint arithmetic. */
  varlong(): bigint {
    let low = 0;
    for (let factor = 1; factor < 0x2_0000_0000_0000; factor *= 0x80) {
      const byte = this.bytes[this.take(1)] as number;
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(low % 2 === 0 ? low / 2 : -(low + 1) / 2);
    }
    return this.#longVarlong(BigInt(low));
  }

  /**
   * A length in the old form (`size` 2 or 4 bytes, -1 for null) or the compact one (length + 1 as a varint, 0 for
   * null).
   */
  length(form: 2 | 4 | 'compact'): number {
    const length = form === 'compact' ? this.uvarint() - 1 : form === 2 ? this.int16() : this.int32();
    if (length < -1 || length > MAX_LENGTH) throw new ProtocolError('malformed', `${length} is not a length`);
    return length;
  }

  text(length: number): string {
    const start = this.take(length);
    return decodeText(this.bytes, start, start + length);
  }

  /** A view, not a copy: it keeps the whole frame alive. */
  slice(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Runs `read` with the input ending after `size` bytes, and insists that it reads them all. */
  within<T>(size: number, read: () => T): T {
    if (size > this.remaining) this.take(size);
    const outer = this.#end;
    const end = this.#offset + size;
    this.#end = end;
    const value = read();
    if (this.#offset !== end) throw new ProtocolError('malformed', `${end - this.#offset} bytes are left over`);
    this.#end = outer;
    return value;
  }

  #longVarlong(low: bigint): bigint {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.take(1)] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const raw = BigInt.asUintN(64, value);
        return (raw >> 1n) ^ -(raw & 1n);
      }
    }
    throw new ProtocolError('malformed', `the varint that ends at offset ${this.#offset} does not fit into 64 bits`);
  }
}
