/** Records of `producerId` from `firstOffset` up to its marker at `lastOffset` were aborted. */
export type AbortedRange = { readonly producerId: bigint; readonly firstOffset: bigint; readonly lastOffset: bigint };

type TransactionalBatch = {
  readonly isTransactional: boolean;
  readonly producerId: bigint;
  readonly baseOffset: bigint;
};

/** Aborted transactions of a partition, in the order of their markers: batches carry no flag, readers get ranges. */
export class AbortedIndex {
  #ranges: AbortedRange[] = [];

  add(range: AbortedRange): void {
    this.#ranges.push(range);
  }

  list(): readonly AbortedRange[] {
    return [...this.#ranges];
  }

  /** The ranges that touch `[from, to)`, which is what a reader of those offsets has to leave out. */
  between(from: bigint, to: bigint): AbortedRange[] {
    return this.#ranges.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to);
  }

  /** Whether a batch of data belongs to an aborted transaction. */
  covers({ isTransactional, producerId, baseOffset }: TransactionalBatch): boolean {
    if (!isTransactional) return false;
    return this.#ranges.some(
      (range) => range.producerId === producerId && range.firstOffset <= baseOffset && baseOffset < range.lastOffset,
    );
  }

  /** Drops the range that ends at a marker which is dropped: without it readers would never stop leaving records out. */
  forgetMarker(lastOffset: bigint): void {
    this.#ranges = this.#ranges.filter((range) => range.lastOffset !== lastOffset);
  }

  /** Drops ranges of which no record is left. */
  forgetBefore(offset: bigint): void {
    if (this.#ranges.length > 0 && this.#ranges[0]!.lastOffset < offset) {
      this.#ranges = this.#ranges.filter(({ lastOffset }) => lastOffset >= offset);
    }
  }
}
