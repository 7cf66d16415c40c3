import { AbortedIndex, type AbortedRange } from './aborted-index.ts';

/** How a transaction ended on this partition, and where that is written. */
export type Ending = { readonly aborted: boolean; readonly at: bigint };

/** What is known of a partition's transactions at one moment. */
export type SavedTransactions = {
  readonly open: readonly (readonly [producerId: bigint, firstOffset: bigint])[];
  readonly aborted: readonly AbortedRange[];
};

/** Which transactions are undecided on a partition, and which were aborted. */
export class OpenTransactions {
  readonly aborted = new AbortedIndex();
  /** First offset by producer. Offsets only grow, so the order of insertion is the order of offsets. */
  readonly #open = new Map<bigint, bigint>();

  /** Counts a transactional batch; only the first of a transaction matters. */
  begin(producerId: bigint, offset: bigint): void {
    if (!this.#open.has(producerId)) this.#open.set(producerId, offset);
  }

  /** Ends what the producer has open; a marker for a producer with nothing open changes nothing. */
  end(producerId: bigint, { aborted, at }: Ending): void {
    const firstOffset = this.#open.get(producerId);
    if (firstOffset === undefined) return;
    this.#open.delete(producerId);
    if (aborted) this.aborted.add({ producerId, firstOffset, lastOffset: at });
  }

  /** The first offset of what a producer has open. */
  startOf(producerId: bigint): bigint | undefined {
    return this.#open.get(producerId);
  }

  /** Producers that have something open. */
  producers(): bigint[] {
    return [...this.#open.keys()];
  }

  save(): SavedTransactions {
    return { open: [...this.#open], aborted: this.aborted.list() };
  }

  /** Goes on from what was saved; call it on a fresh object. */
  load({ open, aborted }: SavedTransactions): void {
    for (const [producerId, offset] of open) this.begin(producerId, offset);
    for (const range of aborted) this.aborted.add(range);
  }

  /** The first offset that is undecided. */
  get firstUndecided(): bigint | undefined {
    return this.#open.values().next().value;
  }
}
