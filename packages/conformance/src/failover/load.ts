/** How many partitions every topic of the run has. Record `n` of a topic goes to partition `n % partitions` as number `floor(n / partitions)`. */
export const partitions = 6;

/** A load that runs until it is told to stop. */
export type Load = {
  readonly sent: () => number;
  /** Resolves when all that was sent is settled, or the client does not come to an end. */
  stop(): Promise<Told>;
};

/** What a client says of its load; the log says the rest. */
export type Told = {
  /** Records sent, from the first on, without a gap. */
  readonly sent: number;
  /** Those that the client did not acknowledge: they may be in the log or not. */
  readonly refused: ReadonlySet<number>;
  /** From a record's sending, or a transaction's beginning, to its acknowledgement, at most. */
  readonly longestMs: number;
};

/** The longest of many spans. */
export function longestOf(): { took(sinceMs: number): void; readonly ms: number } {
  let longest = 0;
  return {
    took(sinceMs) {
      longest = Math.max(longest, performance.now() - sinceMs);
    },
    get ms() {
      return Math.round(longest);
    },
  };
}

/** Where a record of a topic goes, and what it says there. */
export function numbered(index: number): { readonly partition: number; readonly value: string } {
  return { partition: index % partitions, value: String(Math.floor(index / partitions)) };
}
