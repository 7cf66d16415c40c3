/** Records of `producerId` from `firstOffset` up to its marker at `lastOffset` were aborted. */
export type AbortedRange = { readonly producerId: bigint; readonly firstOffset: bigint; readonly lastOffset: bigint };

/** Aborted transactions of a partition, in the order of their markers: batches carry no flag, readers get ranges. */
export class AbortedIndex {
  #ranges: AbortedRange[] = [];

  add(range: AbortedRange): void {
    this.#ranges.push(range);
  }

  /** The ranges that touch `[from, to)`, which is what a reader of those offsets has to leave out. */
  between(from: bigint, to: bigint): AbortedRange[] {
    return this.#ranges.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to);
  }

  /** Drops ranges of which no record is left. */
  forgetBefore(offset: bigint): void {
    if (this.#ranges.length > 0 && this.#ranges[0]!.lastOffset < offset) {
      this.#ranges = this.#ranges.filter(({ lastOffset }) => lastOffset >= offset);
    }
  }
}
