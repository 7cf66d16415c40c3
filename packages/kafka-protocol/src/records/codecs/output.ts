import { ProtocolError } from '../../protocol-error.ts';

/** A part of some bytes, from `start` up to `end`. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const SMALLEST = 256;

/**
 * Bytes that grow while they are decompressed, up to a bound.
 *
 * Decoders write to `bytes` directly and move `length`: a call per byte would cost more than the byte. They reserve
 * first, and no more than the input at hand can stand for, so a small lie cannot make a large allocation.
 */
export class Output {
  bytes: Uint8Array = new Uint8Array(0);
  length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Makes room for `count` bytes, or for as many as are allowed, and gives where the room ends. */
  reserve(count: number): number {
    const wanted = Math.min(this.length + count, this.#maxBytes);
    if (wanted > this.bytes.length) {
      const grown = new Uint8Array(Math.min(Math.max(wanted, this.bytes.length * 2, SMALLEST), this.#maxBytes));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    return wanted;
  }

  /** What to throw where the room was not enough: the bound was reached, or the input is not what it says. */
  overflow(): ProtocolError {
    return this.bytes.length >= this.#maxBytes
      ? new ProtocolError('too_large', `more than the ${this.#maxBytes} bytes that are allowed; raise maxBytes`)
      : new ProtocolError('malformed', 'a block is longer than it may be');
  }

  /** Appends bytes as they are. */
  append({ bytes, start, end }: Span): void {
    const size = end - start;
    if (this.reserve(size) < this.length + size) throw this.overflow();
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += size;
  }

  /** Everything written. Room that was reserved and not used is given back when it is much. */
  finish(): Uint8Array {
    const written = this.bytes.subarray(0, this.length);
    return this.length * 2 < this.bytes.length ? written.slice() : written;
  }
}

/** Copies `size` bytes from `distance` bytes back; the two may overlap, which repeats what lies between. */
export function copyBack(bytes: Uint8Array, at: number, { distance, size }: { distance: number; size: number }): void {
  const from = at - distance;
  if (distance >= size && size > 64) bytes.copyWithin(at, from, from + size);
  else if (distance === 1) bytes.fill(bytes[from]!, at, at + size);
  else for (let index = 0; index < size; index++) bytes[at + index] = bytes[from + index]!;
}
