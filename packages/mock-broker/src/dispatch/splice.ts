import { randomBytes } from 'node:crypto';
import type { AnyApi } from '@eventstream/kafka-protocol';

const SIZE_PREFIX = 4;
const MARK_BYTES = 16;
/** Below this, copying through the encoder costs less than another buffer in the write. */
const WORTH_SPLICING = 16 * 1024;
const WORTH_A_WRITE = 4 * 1024;

type StandIn = { readonly mark: Buffer; readonly chunks: readonly Uint8Array[]; readonly size: number };

/**
 * Puts large bytes into an answer without copying them.
 *
 * The handler gives the encoder a short random mark in place of the bytes. The encoded frame is then cut open at each mark,
 * the length in front of it is corrected, and the bytes go to the socket as they lie in the log.
 */
export class Splice {
  readonly #standIns: StandIn[] = [];

  /** What to hand to the encoder for a `records` or `bytes` field that consists of these chunks. */
  of(chunks: readonly Uint8Array[]): Uint8Array {
    const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (size < WORTH_SPLICING) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const mark = randomBytes(MARK_BYTES);
    this.#standIns.push({ mark, chunks: joinSmall(chunks), size });
    return mark;
  }

  /** What a mark stands for, as bytes of its own; other bytes are given back as they are. */
  resolve(bytes: Uint8Array): Uint8Array {
    const standIn = this.#standIns.find(({ mark }) => mark === bytes);
    return standIn ? Buffer.concat(standIn.chunks) : bytes;
  }

  /** Forgets every mark: the answer they were meant for is not sent. */
  clear(): void {
    this.#standIns.length = 0;
  }

  /** The encoded frame with every mark replaced by what it stands for, as parts to be written one after another. */
  apply(encoded: Uint8Array, { flexible }: AnyApi, version: number): Uint8Array[] {
    if (this.#standIns.length === 0) return [encoded];
    const isFlexible = version >= flexible.from && version <= flexible.to;
    const frame = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const { mark, chunks, size } of this.#standIns) {
      const found = frame.indexOf(mark, at);
      if (found < 0) throw new RangeError('An answer lost the mark of the records it should carry.');
      parts.push(frame.subarray(at, found - lengthOf(MARK_BYTES, isFlexible).byteLength));
      parts.push(lengthOf(size, isFlexible), ...chunks);
      at = found + MARK_BYTES;
    }
    parts.push(frame.subarray(at));
    const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
    frame.writeInt32BE(total - SIZE_PREFIX, 0);
    return parts;
  }
}

/** A log of many tiny batches would become a write of many tiny buffers, each dearer than the bytes in it. */
function joinSmall(chunks: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  const endRun = (): void => {
    if (run.length > 0) joined.push(run.length === 1 ? run[0]! : Buffer.concat(run));
    run = [];
  };
  for (const chunk of chunks) {
    if (chunk.byteLength < WORTH_A_WRITE) {
      run.push(chunk);
      continue;
    }
    endRun();
    joined.push(chunk);
  }
  endRun();
  return joined;
}

/** The length in front of bytes: a 32-bit number, or since flexible versions one more than it as a varint. */
function lengthOf(size: number, isFlexible: boolean): Buffer {
  if (!isFlexible) {
    const plain = Buffer.alloc(4);
    plain.writeInt32BE(size);
    return plain;
  }
  const bytes: number[] = [];
  let rest = size + 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
