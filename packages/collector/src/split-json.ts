/** A range of JSON text, trimmed, and how deep it nests: 0 for a scalar, 1 for `{}`. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** The members or elements of a container. */
export interface Split {
  /** The first ones, as many as were asked for. */
  readonly pieces: readonly Piece[];
  /** All of them. */
  readonly count: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Moves the ends of a range inwards over JSON whitespace. */
export function trim(bytes: Uint8Array, from: number, to: number): readonly [from: number, to: number] {
  let start = from;
  let end = to;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return [start, end];
}

/** The index of a string's closing quote, given that of its opening one; −1 when there is none before `to`. */
export function endOfString(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at;
  }
  return -1;
}

/**
 * Splits what stands between a container's brackets at its own commas, without parsing it: sizes and depths are known before
 * any parser sees the text, so that no nesting, however deep, costs a stack. `undefined` when brackets or quotes do not match.
 * Valid pieces in a valid frame are valid JSON, so each may be parsed on its own.
 */
export function splitContainer(
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  atMost: number,
): Split | undefined {
  const pieces: Piece[] = [];
  let count = 0;
  let begun = start;
  let depth = 0;
  let deepest = 0;
  const cut = (at: number) => {
    count += 1;
    if (pieces.length < atMost) {
      const [from, to] = trim(bytes, begun, at);
      pieces.push({ from, to, depth: deepest });
    }
    begun = at + 1;
    deepest = 0;
  };
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at, end);
      if (at < 0) return undefined;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth < 0) return undefined;
    } else if (byte === comma && depth === 0) cut(at);
  }
  if (depth !== 0) return undefined;
  const [from, to] = trim(bytes, start, end);
  if (from < to) cut(end);
  return { pieces, count };
}

/** The inside of a range that is an object, or `undefined`. */
export function insideObject(
  bytes: Uint8Array,
  { from, to }: Omit<Piece, 'depth'>,
): readonly [number, number] | undefined {
  return to - from >= 2 && bytes[from] === openBrace && bytes[to - 1] === closeBrace ? [from + 1, to - 1] : undefined;
}

/** The inside of a range that is an array, or `undefined`. */
export function insideArray(
  bytes: Uint8Array,
  { from, to }: Omit<Piece, 'depth'>,
): readonly [number, number] | undefined {
  return to - from >= 2 && bytes[from] === openBracket && bytes[to - 1] === closeBracket
    ? [from + 1, to - 1]
    : undefined;
}
