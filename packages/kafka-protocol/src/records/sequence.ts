const MAX_SEQUENCE = 0x7fff_ffff;

/** A producer's sequence number some records later; 2147483647 is followed by 0. */
export function addToSequence(sequence: number, records: number): number {
  return (sequence + records) % (MAX_SEQUENCE + 1);
}
