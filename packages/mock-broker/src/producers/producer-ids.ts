/** An idempotent producer's identity: a restarted one gets a new id, a recovering one a higher epoch (KIP-360). */
export type ProducerIdentity = { readonly producerId: bigint; readonly producerEpoch: number };

/** The last epoch a producer is given; one more is kept for fencing it. */
const LAST_EPOCH = 0x7ffe;

/** Hands out producer ids, each once per cluster. */
export class ProducerIds {
  #next = 0n;

  /** The id that is handed out next. */
  get next(): bigint {
    return this.#next;
  }

  /** Goes on after ids that were handed out elsewhere; no id is ever handed out twice. */
  resume(next: bigint): void {
    if (next > this.#next) this.#next = next;
  }

  allocate(): ProducerIdentity {
    const producerId = this.#next;
    this.#next += 1n;
    return { producerId, producerEpoch: 0 };
  }

  isUsedUp({ producerEpoch }: ProducerIdentity): boolean {
    return producerEpoch >= LAST_EPOCH;
  }

  /** The next epoch of an identity; a new id once its epochs are used up. */
  bump(identity: ProducerIdentity): ProducerIdentity {
    if (this.isUsedUp(identity)) return this.allocate();
    return { producerId: identity.producerId, producerEpoch: identity.producerEpoch + 1 };
  }
}
