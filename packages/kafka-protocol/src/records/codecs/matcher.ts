const HASH_BITS = 14;
const SHORTEST_MATCH = 4;
/** LZ4 wants its last match to begin this far from the end of a block; Snappy does not mind. */
const TAIL = 12;
/** LZ4 ends a block with literals. */
const LAST_LITERALS = 5;
const FARTHEST = 65_535;
/** After this many misses in a row the search takes larger steps: bytes that do not compress are passed quickly. */
const PATIENCE_BITS = 6;

/** Numbers per match in {@link Matcher.matches}: literals in front of it, its length, its distance. */
export const MATCH_FIELDS = 3;

/**
 * Finds repetitions in blocks of some bytes, greedily: one candidate per hash of four bytes and no chains. It is the
 * trade of the fast levels of LZ4 and Snappy, whose outputs differ only in how they write what is found.
 */
export class Matcher {
  /** The matches of the last block, three numbers each. What follows the last one is literals. */
  readonly matches: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #lastSeen = new Int32Array(1 << HASH_BITS);

  constructor(bytes: Uint8Array, blockSize: number) {
    const longest = Math.min(bytes.length, blockSize);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.matches = new Int32Array((Math.ceil(longest / SHORTEST_MATCH) + 1) * MATCH_FIELDS);
  }

  /** Searches one block, which refers to nothing in front of it, and gives how many numbers of `matches` it filled. */
  scan(start: number, end: number): number {
    const view = this.#view;
    const lastSeen = this.#lastSeen;
    const matches = this.matches;
    const limit = end - TAIL;
    let filled = 0;
    let literalsFrom = start;
    let at = start;
    let misses = 1 << PATIENCE_BITS;
    while (at < limit) {
      const four = view.getInt32(at, true);
      const slot = Math.imul(four, 0x9e37_79b1) >>> (32 - HASH_BITS);
      // An empty slot reads as 0, a place like any other: what is there is compared before it counts.
      const candidate = lastSeen[slot]!;
      lastSeen[slot] = at;
      const isMatch =
        candidate >= start && candidate < at && at - candidate <= FARTHEST && view.getInt32(candidate, true) === four;
      if (!isMatch) {
        at += misses++ >> PATIENCE_BITS;
        continue;
      }
      const length = this.#matchLength(candidate, at, end - LAST_LITERALS);
      matches[filled] = at - literalsFrom;
      matches[filled + 1] = length;
      matches[filled + 2] = at - candidate;
      filled += MATCH_FIELDS;
      at += length;
      literalsFrom = at;
      misses = 1 << PATIENCE_BITS;
    }
    return filled;
  }

  #matchLength(candidate: number, at: number, end: number): number {
    const bytes = this.#bytes;
    let length = SHORTEST_MATCH;
    while (at + length < end && bytes[candidate + length] === bytes[at + length]) length++;
    return length;
  }
}
