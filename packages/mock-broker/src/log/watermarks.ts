/**
 * The offsets that bound a partition.
 *
 * - `logStart <= lastStable <= high <= end`, always.
 * - The log is shared by all nodes, so an append is replicated at once: `high` equals `end`.
 * - Without transactions nothing is ever undecided: `lastStable` equals `high`.
 * - Every one only grows.
 */
export class Watermarks {
  #logStart = 0n;
  #end = 0n;

  get logStart(): bigint {
    return this.#logStart;
  }

  get lastStable(): bigint {
    return this.#end;
  }

  get high(): bigint {
    return this.#end;
  }

  get end(): bigint {
    return this.#end;
  }

  /** Takes `count` offsets and gives the first of them. */
  advanceEnd(count: number): bigint {
    const base = this.#end;
    this.#end += BigInt(count);
    return base;
  }

  /** Moves the log start forward, never back and never past the end. */
  raiseLogStart(offset: bigint): void {
    const bounded = offset > this.#end ? this.#end : offset;
    if (bounded > this.#logStart) this.#logStart = bounded;
  }
}
