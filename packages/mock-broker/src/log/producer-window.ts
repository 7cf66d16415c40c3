/** How many batches of a producer are remembered per partition: the most a client may have in flight (KIP-98). */
const WINDOW = 5;
const SEQUENCES = 2 ** 31;
const NO_COORDINATOR = -1;

type Remembered = {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: bigint;
  readonly timestamp: bigint;
};
type Producer = { epoch: number; batches: Remembered[]; coordinatorEpoch: number; lastTimestamp: bigint };

/** What the window knows at one moment. */
export type SavedProducers = readonly (readonly [producerId: bigint, known: Readonly<Producer>])[];

/** A batch as the window sees it. */
export type SequencedBatch = {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
};

/** A transaction marker as the window sees it. */
export type SequencedMarker = {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly coordinatorEpoch: number;
};

/** What is to be done with a batch: store it, answer with where it already lies, or refuse it. */
export type Verdict =
  | { readonly kind: 'store' }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint; readonly timestamp: bigint }
  | { readonly kind: 'refuse'; readonly error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'INVALID_PRODUCER_EPOCH' };

/** A producer as DescribeProducers shows it; -1 where nothing is known. */
export type KnownProducer = {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly lastSequence: number;
  readonly lastTimestamp: bigint;
  readonly coordinatorEpoch: number;
};

/** Idempotence on one partition: each producer's last five batches, by sequence number. */
export class ProducerWindow {
  readonly #producers = new Map<bigint, Producer>();
  #clears = 0;

  /** How often everything was forgotten. */
  get clears(): number {
    return this.#clears;
  }

  judge(batch: SequencedBatch): Verdict {
    const known = this.#producers.get(batch.producerId);
    // A producer this partition never saw may start anywhere: its earlier records may have been deleted.
    if (!known) return { kind: 'store' };
    if (batch.epoch < known.epoch) return { kind: 'refuse', error: 'INVALID_PRODUCER_EPOCH' };
    const same = known.batches.find(({ first, last }) => first === batch.first && last === batch.last);
    if (same && batch.epoch === known.epoch) {
      return { kind: 'duplicate', baseOffset: same.baseOffset, timestamp: same.timestamp };
    }
    // Every epoch starts at 0; one that a marker brought has no batch yet.
    const newest = batch.epoch === known.epoch ? known.batches.at(-1) : undefined;
    const expected = newest ? (newest.last + 1) % SEQUENCES : 0;
    return batch.first === expected ? { kind: 'store' } : { kind: 'refuse', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
  }

  /** Remembers a stored batch; call it only after {@link judge} said `store`. */
  remember(batch: SequencedBatch, baseOffset: bigint, timestamp: bigint): void {
    const known = this.#inEpoch(batch.producerId, batch.epoch);
    known.batches.push({ first: batch.first, last: batch.last, baseOffset, timestamp });
    known.lastTimestamp = timestamp;
    if (known.batches.length > WINDOW) known.batches.shift();
  }

  /** Why a marker may not be written: an older producer or an older coordinator sent it. */
  judgeMarker(marker: SequencedMarker): 'INVALID_PRODUCER_EPOCH' | 'TRANSACTION_COORDINATOR_FENCED' | undefined {
    const known = this.#producers.get(marker.producerId);
    const coordinatorEpoch = known?.coordinatorEpoch ?? NO_COORDINATOR;
    if (marker.coordinatorEpoch < Math.max(0, coordinatorEpoch)) return 'TRANSACTION_COORDINATOR_FENCED';
    return known && marker.epoch < known.epoch ? 'INVALID_PRODUCER_EPOCH' : undefined;
  }

  /** Remembers a marker, whose epoch fences whatever the producer sent before (KIP-890). */
  rememberMarker({ producerId, epoch, coordinatorEpoch }: SequencedMarker, timestamp: bigint): void {
    const known = this.#inEpoch(producerId, epoch);
    known.coordinatorEpoch = coordinatorEpoch;
    known.lastTimestamp = timestamp;
  }

  /** Forgets every producer, as a leader does that has lost its producer state. */
  clear(): void {
    this.#clears += 1;
    this.#producers.clear();
  }

  save(): SavedProducers {
    return [...this.#producers].map(([id, known]) => [id, { ...known, batches: [...known.batches] }] as const);
  }

  load(saved: SavedProducers): void {
    for (const [id, known] of saved) this.#producers.set(id, { ...known, batches: [...known.batches] });
  }

  /** The epoch a producer last wrote in. */
  epochOf(producerId: bigint): number | undefined {
    return this.#producers.get(producerId)?.epoch;
  }

  list(): KnownProducer[] {
    return [...this.#producers].map(([producerId, { epoch, batches, coordinatorEpoch, lastTimestamp }]) => ({
      producerId,
      epoch,
      lastSequence: batches.at(-1)?.last ?? -1,
      lastTimestamp,
      coordinatorEpoch,
    }));
  }

  #inEpoch(producerId: bigint, epoch: number): Producer {
    const known = this.#producers.get(producerId);
    if (known?.epoch === epoch) return known;
    const coordinatorEpoch = known?.coordinatorEpoch ?? NO_COORDINATOR;
    const fresh = { epoch, batches: [], coordinatorEpoch, lastTimestamp: -1n };
    this.#producers.set(producerId, fresh);
    return fresh;
  }
}
