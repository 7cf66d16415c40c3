/**
 * The offsets that bound a partition.
 *
 * - `logStart <= lastStable <= high <= end`, always.
 * - The log is shared by all nodes, so an append is replicated at once: `high` equals `end`.
 * - `lastStable` is where the first undecided transaction begins, `high` when all are decided.
 * - Every one only grows.
 */
export class Watermarks {
  #logStart = 0n;
  #end = 0n;
  #undecided: bigint | undefined;

  get logStart(): bigint {
    return this.#logStart;
  }

  get lastStable(): bigint {
    if (this.#undecided === undefined) return this.#end;
    // What is undecided may have been deleted: by the bound of memory, or by an operator.
    // biome-ignore lint/complexity/useMathMinMax: Math.max refuses bigint
    return this.#undecided > this.#logStart ? this.#undecided : this.#logStart;
  }

  get high(): bigint {
    return this.#end;
  }

  get end(): bigint {
    return this.#end;
  }

  /** Goes on from a log that was saved. */
  load({ logStart, end, undecided }: { logStart: bigint; end: bigint; undecided: bigint | undefined }): void {
    this.#logStart = logStart;
    this.#end = end;
    this.#undecided = undecided;
  }

  /** Takes `count` offsets and gives the first of them. */
  advanceEnd(count: number): bigint {
    const base = this.#end;
    this.#end += BigInt(count);
    return base;
  }

  /** Says where the first undecided transaction begins; `undefined` when there is none. */
  holdStableAt(offset: bigint | undefined): void {
    this.#undecided = offset;
  }

  /** Moves the log start forward, never back and never past the end. */
  raiseLogStart(offset: bigint): void {
    const bounded = offset > this.#end ? this.#end : offset;
    if (bounded > this.#logStart) this.#logStart = bounded;
  }
}
