/** What a partition that is written to for the first time starts with. */
const smallest = 4 * 1024;

/** Memory of settled batches, for the next ones: a busy partition gets what it grew to, an idle one holds nothing. */
export class Slabs {
  readonly #free: Buffer[] = [];
  readonly #largest: number;
  readonly #limit: number;
  #bytes = 0;

  constructor({ largest, limit }: { readonly largest: number; readonly limit: number }) {
    this.#largest = largest;
    this.#limit = limit;
  }

  take(): Buffer {
    const slab = this.#free.pop();
    if (slab === undefined) return Buffer.allocUnsafeSlow(smallest);
    this.#bytes -= slab.length;
    return slab;
  }

  /** Gives memory back. Only when nothing can still be reading it: the broker has answered what was sent from there. */
  give(slab: Buffer): void {
    if (slab.length > this.#largest || this.#bytes + slab.length > this.#limit) return;
    this.#bytes += slab.length;
    this.#free.push(slab);
  }
}
