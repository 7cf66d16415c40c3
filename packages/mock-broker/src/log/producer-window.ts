/** How many batches of a producer are remembered per partition: the most a client may have in flight (KIP-98). */
const WINDOW = 5;
const SEQUENCES = 2 ** 31;

type Remembered = {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: bigint;
  readonly timestamp: bigint;
};
type Producer = { epoch: number; batches: Remembered[] };

/** A batch as the window sees it. */
export type SequencedBatch = {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
};

/** What is to be done with a batch: store it, answer with where it already lies, or refuse it. */
export type Verdict =
  | { readonly kind: 'store' }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint; readonly timestamp: bigint }
  | { readonly kind: 'refuse'; readonly error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'INVALID_PRODUCER_EPOCH' };

/** Idempotence on one partition: each producer's last five batches, by sequence number. */
export class ProducerWindow {
  readonly #producers = new Map<bigint, Producer>();

  judge(batch: SequencedBatch): Verdict {
    const known = this.#producers.get(batch.producerId);
    // A producer this partition never saw may start anywhere: its earlier records may have been deleted.
    if (!known) return { kind: 'store' };
    if (batch.epoch < known.epoch) return { kind: 'refuse', error: 'INVALID_PRODUCER_EPOCH' };
    if (batch.epoch > known.epoch) {
      return batch.first === 0 ? { kind: 'store' } : { kind: 'refuse', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
    }
    const same = known.batches.find(({ first, last }) => first === batch.first && last === batch.last);
    if (same) return { kind: 'duplicate', baseOffset: same.baseOffset, timestamp: same.timestamp };
    const newest = known.batches[known.batches.length - 1]!;
    return batch.first === (newest.last + 1) % SEQUENCES
      ? { kind: 'store' }
      : { kind: 'refuse', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
  }

  /** Remembers a stored batch; call it only after {@link judge} said `store`. */
  remember(batch: SequencedBatch, baseOffset: bigint, timestamp: bigint): void {
    const known = this.#producers.get(batch.producerId);
    const entry = { first: batch.first, last: batch.last, baseOffset, timestamp };
    if (!known || known.epoch !== batch.epoch) {
      this.#producers.set(batch.producerId, { epoch: batch.epoch, batches: [entry] });
      return;
    }
    known.batches.push(entry);
    if (known.batches.length > WINDOW) known.batches.shift();
  }
}
