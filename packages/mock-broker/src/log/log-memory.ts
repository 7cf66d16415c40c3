/** A log as far as the memory of the cluster is concerned. */
export type Evictable = {
  readonly sizeInBytes: number;
  /** When its oldest batch came, unless that is also its newest, which stays. */
  readonly oldestArrival: number | undefined;
  dropOldest(): void;
};

/**
 * What the logs of a cluster keep together. Beyond its bound the batch goes that came first, whichever log it is in; only the
 * newest batch of a log stays.
 */
export class LogMemory {
  readonly #maxBytes: number;
  readonly #logs = new Set<Evictable>();
  #bytes = 0;
  #arrivals = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What all logs keep now. */
  get sizeInBytes(): number {
    return this.#bytes;
  }

  /** Numbers batches in the order in which they come, over all logs. */
  nextArrival(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }

  /** How many batches came so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Batches that came from a saved log keep their numbers: those to come get higher ones. */
  resumeArrivals(arrivals: number): void {
    this.#arrivals = Math.max(this.#arrivals, arrivals);
  }

  /** Takes note that a log keeps so many bytes more, or fewer. */
  count(log: Evictable, bytes: number): void {
    this.#logs.add(log);
    this.#bytes += bytes;
  }

  /** Forgets a log that is gone with its topic. */
  release(log: Evictable): void {
    if (this.#logs.delete(log)) this.#bytes -= log.sizeInBytes;
  }

  makeRoom(): void {
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#oldest();
      if (!oldest) return;
      oldest.dropOldest();
    }
  }

  /** Looks at every log: there are few, and only a cluster that is full pays for it. */
  #oldest(): Evictable | undefined {
    let found: Evictable | undefined;
    let arrival = Number.POSITIVE_INFINITY;
    for (const log of this.#logs) {
      const candidate = log.oldestArrival ?? arrival;
      if (candidate < arrival) [found, arrival] = [log, candidate];
    }
    return found;
  }
}
