import type { Span } from '../output.ts';
import { buildTable, constantTable, type FseTable, readDistribution } from './fse-table.ts';
import { corrupt } from './padded.ts';
import { literalLengths, matchLengths, offsets, type SequenceField } from './sequence-codes.ts';

const modes = { standard: 0, constant: 1, described: 2, repeated: 3 } as const;

/** The tables of the three numbers of a sequence. */
export interface SequenceTables {
  readonly literalLength: FseTable;
  readonly offset: FseTable;
  readonly matchLength: FseTable;
}

/** What a block says about its sequences before they come. `end` is where the bits begin. */
export interface SequenceHeader {
  readonly count: number;
  readonly tables: SequenceTables | undefined;
  readonly end: number;
}

/** Reads how many sequences a block has and their tables, which may be those of the block before. */
export function readSequenceHeader({ bytes, start, end }: Span, before: SequenceTables | undefined): SequenceHeader {
  const first = start < end ? bytes[start]! : 0;
  const size = first === 255 ? 3 : first >= 128 ? 2 : 1;
  if (start + size > end) throw corrupt('a block ends before its sequences');
  const second = bytes[start + 1]!;
  const count =
    size === 3 ? second + (bytes[start + 2]! << 8) + 0x7f00 : size === 2 ? ((first - 128) << 8) + second : first;
  if (count === 0) return { count, tables: before, end: start + size };
  let at = start + size;
  if (at >= end) throw corrupt('a block ends before its sequences');
  const mode = bytes[at++]!;
  if (mode & 3) throw corrupt('sequences of an unknown kind');
  const next = (field: SequenceField, kind: number, repeated: FseTable | undefined): FseTable => {
    const read = readTable({ bytes, start: at, end }, field, { kind, repeated });
    at = read.end;
    return read.table;
  };
  const tables = {
    literalLength: next(literalLengths, mode >> 6, before?.literalLength),
    offset: next(offsets, (mode >> 4) & 3, before?.offset),
    matchLength: next(matchLengths, (mode >> 2) & 3, before?.matchLength),
  };
  return { count, tables, end: at };
}

function readTable(
  span: Span,
  { standard, maxLog, extraBits }: SequenceField,
  { kind, repeated }: { kind: number; repeated: FseTable | undefined },
): { table: FseTable; end: number } {
  const maxSymbol = extraBits.length - 1;
  if (kind === modes.standard) return { table: standard, end: span.start };
  if (kind === modes.described) {
    const distribution = readDistribution(span, { maxLog, maxSymbol });
    return { table: buildTable(distribution), end: distribution.end };
  }
  if (kind === modes.constant) {
    const symbol = span.bytes[span.start]!;
    if (span.start >= span.end || symbol > maxSymbol) throw corrupt('a sequence code that does not exist');
    return { table: constantTable(symbol), end: span.start + 1 };
  }
  if (!repeated) throw corrupt('sequences refer to a table that was never given');
  return { table: repeated, end: span.start };
}
