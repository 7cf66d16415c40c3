import { copyBack, type Output, type Span } from '../output.ts';
import { BackwardBits } from './backward-bits.ts';
import { LARGEST_BLOCK } from './literals.ts';
import { corrupt } from './padded.ts';
import { literalLengths, matchLengths, offsets } from './sequence-codes.ts';
import type { SequenceTables } from './sequence-tables.ts';

/** The last three distances, newest first; a frame begins with these. */
export type RecentDistances = [number, number, number];
export const initialDistances: Readonly<RecentDistances> = [1, 4, 8];

/** What the sequences of a block work with. */
export interface SequenceWork {
  readonly count: number;
  readonly tables: SequenceTables;
  readonly literals: Uint8Array;
  /** Changed by every sequence, as the next block goes on with them. */
  readonly recent: RecentDistances;
  /** Where in the output the frame begins: matches reach back no further. */
  readonly from: number;
}

/** Runs the sequences of a block: some literals, then a copy of what was written before (RFC 8878, 3.1.1.4). */
export function runSequences(span: Span, output: Output, work: SequenceWork): void {
  const { count, literals, recent, from } = work;
  const { literalLength, offset, matchLength } = work.tables;
  const bits = new BackwardBits(span);
  let literalState = bits.read(literalLength.log);
  let offsetState = bits.read(offset.log);
  let matchState = bits.read(matchLength.log);
  const room = output.reserve(LARGEST_BLOCK);
  const out = output.bytes;
  let to = output.length;
  let literalsAt = 0;
  for (let left = count; left > 0; left--) {
    const offsetCode = offset.symbols[offsetState]!;
    const matchCode = matchLength.symbols[matchState]!;
    const literalCode = literalLength.symbols[literalState]!;
    const value = offsets.baselines[offsetCode]! + bits.read(offsetCode);
    const size = matchLengths.baselines[matchCode]! + bits.read(matchLengths.extraBits[matchCode]!);
    const plain = literalLengths.baselines[literalCode]! + bits.read(literalLengths.extraBits[literalCode]!);
    if (left > 1) {
      literalState = literalLength.baselines[literalState]! + bits.read(literalLength.bits[literalState]!);
      matchState = matchLength.baselines[matchState]! + bits.read(matchLength.bits[matchState]!);
      offsetState = offset.baselines[offsetState]! + bits.read(offset.bits[offsetState]!);
    }
    const distance = nextDistance(recent, value, plain === 0);
    if (plain > literals.length - literalsAt) throw corrupt('a sequence wants more literals than there are');
    if (plain + size > room - to) throw output.overflow();
    copyLiterals({ bytes: literals, start: literalsAt, end: literalsAt + plain }, out, to);
    literalsAt += plain;
    to += plain;
    if (distance > to - from) throw corrupt('a match lies before the start');
    copyBack(out, to, { distance, size });
    to += size;
  }
  if (bits.left !== 0) throw corrupt('sequences and their bits do not end together');
  output.length = to;
  output.append({ bytes: literals, start: literalsAt, end: literals.length });
}

function copyLiterals({ bytes, start, end }: Span, out: Uint8Array, to: number): void {
  if (end - start > 32) out.set(bytes.subarray(start, end), to);
  else for (let at = start, place = to; at < end; at++) out[place++] = bytes[at]!;
}

/** Values up to three mean one of the recent distances; without literals in front, the next one (RFC 8878, 3.1.1.5). */
function nextDistance(recent: RecentDistances, value: number, hasNoLiterals: boolean): number {
  let distance = value - 3;
  let place = 2;
  if (value <= 3) {
    place = value - (hasNoLiterals ? 0 : 1);
    distance = place === 3 ? recent[0] - 1 : recent[place]!;
    if (distance <= 0) throw corrupt('a match of distance 0');
  }
  if (place >= 2) recent[2] = recent[1];
  if (place >= 1) recent[1] = recent[0];
  recent[0] = distance;
  return distance;
}
