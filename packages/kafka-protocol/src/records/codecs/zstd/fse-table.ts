import type { Span } from '../output.ts';
import { corrupt } from './padded.ts';

/** A state machine that turns bits into symbols: for every state its symbol, and how to get to the next (RFC 8878, 4.1). */
export interface FseTable {
  /** How many bits the first state takes. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly baselines: Uint16Array;
}

/** How often each symbol comes, of `1 << log`; -1 for less than once. */
export interface Distribution {
  readonly log: number;
  readonly counts: ArrayLike<number>;
}

/** A table of one state, which always gives the same symbol and takes no bits. */
export function constantTable(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), baselines: new Uint16Array(1) };
}

/** Spreads the symbols over the states as every zstd does, so that both sides agree. */
export function buildTable({ log, counts }: Distribution): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol]!;
    next[symbol] = Math.max(count, 1);
    if (count === -1) symbols[high--] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let count = counts[symbol]!; count > 0; count--) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  }
  const bits = new Uint8Array(size);
  const baselines = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const rank = next[symbols[state]!]!++;
    const width = log - (31 - Math.clz32(rank));
    bits[state] = width;
    baselines[state] = (rank << width) - size;
  }
  return { log, symbols, bits, baselines };
}

/** Reads the distribution that a table is built from; `end` is where the bytes behind it begin. */
export function readDistribution(
  { bytes, start, end }: Span,
  { maxLog, maxSymbol }: { maxLog: number; maxSymbol: number },
): Distribution & { readonly end: number } {
  let bit = start * 8;
  const peek = (): number => {
    const at = bit >> 3;
    if (at >= end) throw corrupt('a distribution ends too early');
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> (bit & 7);
  };
  const log = (peek() & 15) + 5;
  bit += 4;
  if (log > maxLog) throw corrupt(`a table of ${log} bits, ${maxLog} are allowed`);
  const counts: number[] = [];
  let remaining = (1 << log) + 1;
  while (remaining > 1) {
    if (counts.length > maxSymbol) throw corrupt('a distribution has too many symbols');
    const { value, width } = boundedValue(peek(), remaining);
    bit += width;
    const count = value - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    for (let zeros = count === 0 ? 3 : 0; zeros === 3; ) {
      zeros = peek() & 3;
      bit += 2;
      for (let index = 0; index < zeros; index++) counts.push(0);
    }
  }
  if (counts.length > maxSymbol + 1) throw corrupt('a distribution has too many symbols');
  const after = (bit + 7) >> 3;
  if (after > end) throw corrupt('a distribution ends too early');
  return { log, counts, end: after };
}

/** A value of 0 to `remaining`, where the small ones take a bit less. */
function boundedValue(bits: number, remaining: number): { value: number; width: number } {
  const width = 32 - Math.clz32(remaining);
  const spare = (1 << width) - 1 - remaining;
  const short = bits & ((1 << (width - 1)) - 1);
  if (short < spare) return { value: short, width: width - 1 };
  const long = bits & ((1 << width) - 1);
  return { value: long >= 1 << (width - 1) ? long - spare : long, width };
}
