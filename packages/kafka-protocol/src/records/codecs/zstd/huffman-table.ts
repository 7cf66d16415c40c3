import type { Span } from '../output.ts';
import { BackwardBits } from './backward-bits.ts';
import { buildTable, type FseTable, readDistribution } from './fse-table.ts';
import { corrupt } from './padded.ts';

const LONGEST_CODE = 11;
const WEIGHTS_LOG = 6;
const LAST_WEIGHT = 11;
const MOST_WEIGHTS = 255;

/** For every possible next `log` bits: the symbol in the lower byte, the length of its code above. */
export interface HuffmanTable {
  readonly log: number;
  readonly entries: Uint16Array;
}

/** Reads the weights of the symbols and builds the table; `end` is where the streams begin (RFC 8878, 4.2.1). */
export function readHuffmanTable({ bytes, start, end }: Span): { table: HuffmanTable; end: number } {
  const header = start < end ? bytes[start]! : 0;
  const from = start + 1;
  if (header < 128) {
    if (header === 0 || from + header > end) throw corrupt('a Huffman table ends too early');
    const weights = compressedWeights({ bytes, start: from, end: from + header });
    return { table: build(weights), end: from + header };
  }
  const count = header - 127;
  const size = (count + 1) >> 1;
  if (from + size > end) throw corrupt('a Huffman table ends too early');
  const weights = Array.from({ length: count }, (_, index) => {
    const pair = bytes[from + (index >> 1)]!;
    return index & 1 ? pair & 15 : pair >> 4;
  });
  return { table: build(weights), end: from + size };
}

/** Two states take turns until one of them would need bits that are not there. */
function compressedWeights(span: Span): number[] {
  const distribution = readDistribution(span, { maxLog: WEIGHTS_LOG, maxSymbol: LAST_WEIGHT });
  const table = buildTable(distribution);
  const bits = new BackwardBits({ ...span, start: distribution.end });
  let state = bits.read(table.log);
  let other = bits.read(table.log);
  if (bits.left < 0) throw corrupt('Huffman weights are too short');
  const weights: number[] = [];
  while (weights.length < MOST_WEIGHTS) {
    weights.push(table.symbols[state]!);
    const next = nextState(table, state, bits);
    if (bits.left < 0) {
      weights.push(table.symbols[other]!);
      return weights;
    }
    state = other;
    other = next;
  }
  throw corrupt('too many Huffman weights');
}

function nextState(table: FseTable, state: number, bits: BackwardBits): number {
  return table.baselines[state]! + bits.read(table.bits[state]!);
}

function build(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > LONGEST_CODE) throw corrupt(`a Huffman weight of ${weight}`);
    sum += weight > 0 ? 1 << (weight - 1) : 0;
  }
  if (sum === 0 || weights.length > MOST_WEIGHTS) throw corrupt('a Huffman table without symbols');
  const log = 32 - Math.clz32(sum);
  const left = (1 << log) - sum;
  // The last weight is not written: it is what is missing to a power of two.
  if (log > LONGEST_CODE || (left & (left - 1)) !== 0) throw corrupt('Huffman weights do not add up');
  const all = [...weights, 32 - Math.clz32(left)];
  const entries = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const width = 1 << (weight - 1);
      entries.fill(symbol | ((log + 1 - weight) << 8), at, at + width);
      at += width;
    }
  }
  return { log, entries };
}
