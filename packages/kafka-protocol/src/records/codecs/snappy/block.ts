import { ProtocolError } from '../../../protocol-error.ts';
import { MATCH_FIELDS, type Matcher } from '../matcher.ts';
import { copyBack, type Output, type Span } from '../output.ts';

/** The lower two bits of an element's first byte: literals, or a copy with an offset of 11, 16 or 32 bits. */
const tags = { literals: 0, copy11: 1, copy16: 2 } as const;
/** A copy of three bytes stands for at most 64. */
const MOST_PER_BYTE = 22;
const LONGEST_COPY = 64;

/** Decompresses one raw block, whose length in full is written in front, to the end of `output`. */
export function decodeBlock({ bytes, start, end }: Span, output: Output): void {
  let size = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    if (at >= end || shift > 28) throw new ProtocolError('malformed', 'a Snappy block does not begin with its length');
    const byte = bytes[at++]!;
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > (end - at) * MOST_PER_BYTE) throw new ProtocolError('malformed', `${size} bytes announced by ${end - at}`);
  if (output.reserve(size) < output.length + size) throw output.overflow();
  decodeElements({ bytes, start: at, end }, output, size);
}

function decodeElements({ bytes, start, end }: Span, output: Output, blockSize: number): void {
  const out = output.bytes;
  const from = output.length;
  const room = from + blockSize;
  let at = start;
  let to = from;
  while (at < end) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    let size = (tag >> 2) + 1;
    if (kind === tags.literals) {
      const extra = size - 60;
      if (extra > 0) {
        if (end - at < extra) throw endsInside();
        size = 1;
        for (let index = 0; index < extra; index++) size += bytes[at++]! * 2 ** (8 * index);
      }
      if (size > end - at) throw endsInside();
      if (size > room - to) throw tooLong(blockSize);
      if (size > 32) out.set(bytes.subarray(at, at + size), to);
      else for (let index = 0; index < size; index++) out[to + index] = bytes[at + index]!;
      at += size;
      to += size;
      continue;
    }
    let distance: number;
    if (kind === tags.copy11) {
      if (at >= end) throw endsInside();
      size = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | bytes[at++]!;
    } else {
      const width = kind === tags.copy16 ? 2 : 4;
      if (end - at < width) throw endsInside();
      distance = bytes[at]! | (bytes[at + 1]! << 8);
      if (width === 4) distance += bytes[at + 2]! * 0x1_0000 + bytes[at + 3]! * 0x100_0000;
      at += width;
    }
    if (distance === 0 || distance > to - from) throw new ProtocolError('malformed', 'a copy lies before the start');
    if (size > room - to) throw tooLong(blockSize);
    copyBack(out, to, { distance, size });
    to += size;
  }
  if (to !== room) throw new ProtocolError('malformed', `a block of ${blockSize} bytes holds ${to - from}`);
  output.length = to;
}

function endsInside(): ProtocolError {
  return new ProtocolError('truncated', 'the block ends inside an element');
}

function tooLong(size: number): ProtocolError {
  return new ProtocolError('malformed', `a block holds more than its ${size} bytes`);
}

/** The most bytes a block of `size` bytes can take. */
export function longestBlock(size: number): number {
  return 32 + size + Math.ceil(size / 6);
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
  let to = writeSize(out, target.at, end - start);
  for (let index = 0; index < filled; index += MATCH_FIELDS) {
    const literals = matcher.matches[index]!;
    const size = matcher.matches[index + 1]!;
    if (literals > 0) to = writeLiterals({ bytes, start: from, end: from + literals }, out, to);
    to = writeCopy(out, to, { distance: matcher.matches[index + 2]!, size });
    from += literals + size;
  }
  return end > from ? writeLiterals({ bytes, start: from, end }, out, to) : to;
}

function writeSize(out: Uint8Array, at: number, size: number): number {
  let to = at;
  let left = size;
  for (; left >= 0x80; left >>>= 7) out[to++] = (left & 0x7f) | 0x80;
  out[to++] = left;
  return to;
}

function writeLiterals({ bytes, start, end }: Span, out: Uint8Array, at: number): number {
  let to = at;
  const size = end - start - 1;
  if (size < 60) {
    out[to++] = size << 2;
  } else {
    out[to++] = (size < 0x100 ? 60 : 61) << 2;
    out[to++] = size & 0xff;
    if (size >= 0x100) out[to++] = size >> 8;
  }
  if (size > 32) out.set(bytes.subarray(start, end), to);
  else for (let index = 0; index <= size; index++) out[to + index] = bytes[start + index]!;
  return to + size + 1;
}

function writeCopy(out: Uint8Array, at: number, { distance, size }: { distance: number; size: number }): number {
  let to = at;
  let left = size;
  while (left > 0) {
    // Never leave less than four behind, the shortest a copy with a short offset can say.
    const part = left > LONGEST_COPY && left < LONGEST_COPY + 4 ? LONGEST_COPY - 4 : Math.min(left, LONGEST_COPY);
    if (part >= 4 && part < 12 && distance < 2048) {
      out[to++] = tags.copy11 | ((part - 4) << 2) | ((distance >> 8) << 5);
      out[to++] = distance & 0xff;
    } else {
      out[to++] = tags.copy16 | ((part - 1) << 2);
      out[to++] = distance & 0xff;
      out[to++] = distance >> 8;
    }
    left -= part;
  }
  return to;
}
