import { ProtocolError } from '../../../protocol-error.ts';
import { MATCH_FIELDS, type Matcher } from '../matcher.ts';
import { copyBack, type Output, type Span } from '../output.ts';

const SHORTEST_MATCH = 4;
/** A length of 15 in the token goes on in the bytes behind it. */
const LONG = 15;
/** A byte of a long length adds 255 at most: no block stands for more than that per byte. */
const MOST_PER_BYTE = 255;

/** How the blocks of a frame relate to what was written before. */
export interface BlockBounds {
  /** How long a block may become. */
  readonly maxSize: number;
  /** Where in the output matches may reach back to. */
  readonly from: number;
}

/** Decompresses one block to the end of `output`. */
export function decodeBlock({ bytes, start, end }: Span, output: Output, { maxSize, from }: BlockBounds): void {
  const room = output.reserve(Math.min(maxSize, (end - start) * MOST_PER_BYTE));
  const out = output.bytes;
  let at = start;
  let to = output.length;
  while (at < end) {
    const token = bytes[at++]!;
    let literals = token >> 4;
    if (literals === LONG) {
      let more = MOST_PER_BYTE;
      while (more === MOST_PER_BYTE) {
        if (at >= end) throw endsInside();
        more = bytes[at++]!;
        literals += more;
      }
    }
    if (literals > end - at) throw endsInside();
    if (literals > room - to) throw output.overflow();
    if (literals > 32) out.set(bytes.subarray(at, at + literals), to);
    else for (let index = 0; index < literals; index++) out[to + index] = bytes[at + index]!;
    at += literals;
    to += literals;
    if (at === end) break;

    if (end - at < 2) throw endsInside();
    const distance = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    let size = token & LONG;
    if (size === LONG) {
      let more = MOST_PER_BYTE;
      while (more === MOST_PER_BYTE) {
        if (at >= end) throw endsInside();
        more = bytes[at++]!;
        size += more;
      }
    }
    size += SHORTEST_MATCH;
    if (distance === 0 || distance > to - from) throw new ProtocolError('malformed', 'a match lies before the start');
    if (size > room - to) throw output.overflow();
    if (size <= 32 && distance > 1) {
      const source = to - distance;
      for (let index = 0; index < size; index++) out[to + index] = out[source + index]!;
    } else {
      copyBack(out, to, { distance, size });
    }
    to += size;
  }
  output.length = to;
}

function endsInside(): ProtocolError {
  return new ProtocolError('truncated', 'the block ends inside a sequence');
}

/** The most bytes a block of `size` bytes can take. */
export function longestBlock(size: number): number {
  return size + Math.ceil(size / MOST_PER_BYTE) + 16;
}

/** Compresses the part of the matcher's bytes, writing to `out` from `at` on, and gives where it ended. */
export function encodeBlock(
  matcher: Matcher,
  { bytes, start, end }: Span,
  target: { out: Uint8Array; at: number },
): number {
  const { out } = target;
  const filled = matcher.scan(start, end);
  let from = start;
  let to = target.at;
  for (let index = 0; index < filled; index += MATCH_FIELDS) {
    const literals = matcher.matches[index]!;
    const size = matcher.matches[index + 1]! - SHORTEST_MATCH;
    const distance = matcher.matches[index + 2]!;
    out[to++] = (Math.min(literals, LONG) << 4) | Math.min(size, LONG);
    if (literals >= LONG) to = writeLength(out, to, literals - LONG);
    for (let step = 0; step < literals; step++) out[to++] = bytes[from + step]!;
    out[to++] = distance & 0xff;
    out[to++] = distance >> 8;
    if (size >= LONG) to = writeLength(out, to, size - LONG);
    from += literals + size + SHORTEST_MATCH;
  }
  const literals = end - from;
  out[to++] = Math.min(literals, LONG) << 4;
  if (literals >= LONG) to = writeLength(out, to, literals - LONG);
  out.set(bytes.subarray(from, end), to);
  return to + literals;
}

function writeLength(out: Uint8Array, at: number, length: number): number {
  let left = length;
  let to = at;
  for (; left >= MOST_PER_BYTE; left -= MOST_PER_BYTE) out[to++] = MOST_PER_BYTE;
  out[to++] = left;
  return to;
}
