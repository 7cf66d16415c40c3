import { buildTable, type FseTable } from './fse-table.ts';

/** How one of the three numbers of a sequence is written: a code with a base value and extra bits (RFC 8878, 3.1.1.3.2.1). */
export interface SequenceField {
  readonly baselines: Float64Array;
  readonly extraBits: Uint8Array;
  readonly maxLog: number;
  /** The table that needs no words. */
  readonly standard: FseTable;
}

const literalBits = [...Array<number>(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matchBits = [...Array<number>(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MOST_OFFSET_BITS = 31;

const literalCounts = [
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
];
const matchCounts = [
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
];
const offsetCounts = [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

export const literalLengths: SequenceField = {
  ...consecutive(literalBits, 0),
  maxLog: 9,
  standard: buildTable({ log: 6, counts: literalCounts }),
};

export const matchLengths: SequenceField = {
  ...consecutive(matchBits, 3),
  maxLog: 9,
  standard: buildTable({ log: 6, counts: matchCounts }),
};

/** An offset's code is the number of its bits. */
export const offsets: SequenceField = {
  baselines: Float64Array.from({ length: MOST_OFFSET_BITS + 1 }, (_, bits) => 2 ** bits),
  extraBits: Uint8Array.from({ length: MOST_OFFSET_BITS + 1 }, (_, bits) => bits),
  maxLog: 8,
  standard: buildTable({ log: 5, counts: offsetCounts }),
};

/** Each code goes on where the range of the one before ends. */
function consecutive(extraBits: readonly number[], first: number): Pick<SequenceField, 'baselines' | 'extraBits'> {
  const baselines = new Float64Array(extraBits.length);
  let base = first;
  for (const [code, bits] of extraBits.entries()) {
    baselines[code] = base;
    base += 2 ** bits;
  }
  return { baselines, extraBits: Uint8Array.from(extraBits) };
}
