const firstCapacity = 64;

/**
 * The offset of one partition below which every record is settled. Records are added in offset order and settled in any; a
 * ring of offsets and bits between the oldest unsettled record and the newest one keeps both at constant cost.
 */
export class Watermark {
  #offsets = new Float64Array(firstCapacity);
  #settled = new Uint8Array(firstCapacity);
  /** Slots count up for ever and are masked into the ring. Those in use are head..tail − 1. */
  #head = 0;
  #tail = 0;
  #covered = 0;
  #position: number | null = null;

  /** The next offset to commit: the oldest unsettled record, or the end of what was covered. `null` before the first batch. */
  get position(): number | null {
    return this.#position;
  }

  /** Records from the oldest unsettled one on, settled or not. */
  get ahead(): number {
    return this.#tail - this.#head;
  }

  /** Takes a record in and gives the slot by which it is settled. */
  add(offset: number): number {
    if (this.ahead === this.#offsets.length) this.#grow();
    const slot = this.#tail;
    const index = slot & (this.#offsets.length - 1);
    this.#offsets[index] = offset;
    this.#settled[index] = 0;
    this.#tail += 1;
    this.#position ??= offset;
    return slot;
  }

  /** A batch ended before `nextOffset`: gaps up to there hold nothing to settle. True when the position moved. */
  cover(nextOffset: number): boolean {
    this.#covered = Math.max(this.#covered, nextOffset);
    return this.#move();
  }

  /** True when the position moved. Settling a slot again changes nothing. */
  settle(slot: number): boolean {
    if (slot < this.#head || slot >= this.#tail) return false;
    const mask = this.#offsets.length - 1;
    this.#settled[slot & mask] = 1;
    while (this.#head < this.#tail && this.#settled[this.#head & mask] === 1) this.#head += 1;
    return this.#move();
  }

  #move(): boolean {
    const oldest = this.#offsets[this.#head & (this.#offsets.length - 1)] as number;
    const position = this.#head === this.#tail ? this.#covered : oldest;
    // Never back: a driver that pushes a record again must not undo what is already committed.
    if (this.#position !== null && position <= this.#position) return false;
    this.#position = position;
    return true;
  }

  #grow(): void {
    const capacity = this.#offsets.length * 2;
    const offsets = new Float64Array(capacity);
    const settled = new Uint8Array(capacity);
    for (let slot = this.#head; slot < this.#tail; slot += 1) {
      const from = slot & (this.#offsets.length - 1);
      const to = slot & (capacity - 1);
      offsets[to] = this.#offsets[from] as number;
      settled[to] = this.#settled[from] as number;
    }
    this.#offsets = offsets;
    this.#settled = settled;
  }
}
