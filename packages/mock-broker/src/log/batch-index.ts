/** One stored batch: its bytes as the producer sent them (base offset and leader epoch patched) and what is asked of it. */
export type StoredBatch = {
  readonly bytes: Uint8Array;
  /** Its number among all batches that came to the cluster. */
  readonly arrival: number;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly maxTimestamp: bigint;
  /** The highest `maxTimestamp` up to and including this batch: monotonic, so time can be searched by halves. */
  readonly runningMaxTimestamp: bigint;
  /** When compaction first met the batch: its tombstones go some time after that. */
  readonly metByCleanerAt?: number;
};

const COMPACT_AFTER = 1024;

/** The batches of an index at one moment. Whoever goes on with them copies the list first, so nobody ever changes it. */
export type SavedBatches = { readonly batches: readonly (StoredBatch | undefined)[]; readonly head: number };

/**
 * Stored batches in offset order. Dropping from the front moves an index and lets go of the batch at once; the array is cut
 * only now and then.
 */
export class BatchIndex {
  #batches: (StoredBatch | undefined)[] = [];
  #head = 0;
  /** Whether somebody else holds the array, too: then it is copied before it changes. */
  #shared = false;

  get length(): number {
    return this.#batches.length - this.#head;
  }

  at(index: number): StoredBatch | undefined {
    return this.#batches[this.#head + index];
  }

  last(): StoredBatch | undefined {
    return this.length === 0 ? undefined : this.#batches[this.#batches.length - 1];
  }

  all(): readonly StoredBatch[] {
    return this.#batches.slice(this.#head) as StoredBatch[];
  }

  replaceAll(batches: readonly StoredBatch[]): void {
    this.#batches = [...batches];
    this.#head = 0;
    this.#shared = false;
  }

  /** What is in the index now, without copying it. */
  save(): SavedBatches {
    this.#shared = true;
    return { batches: this.#batches, head: this.#head };
  }

  load({ batches, head }: SavedBatches): void {
    this.#batches = batches as (StoredBatch | undefined)[];
    this.#head = head;
    this.#shared = true;
  }

  push(batch: StoredBatch): void {
    if (this.#shared) this.replaceAll(this.all());
    this.#batches.push(batch);
  }

  dropFirst(): StoredBatch | undefined {
    const first = this.at(0);
    if (!first) return undefined;
    if (this.#shared) this.replaceAll(this.all());
    this.#batches[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#batches.length) {
      this.#batches = this.#batches.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** The position of the first batch for which `test` holds; `test` must be false, then true, in offset order. */
  firstWhere(test: (batch: StoredBatch) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(this.at(middle)!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
