/** An idempotent producer's identity: a restarted one gets a new id, a recovering one a higher epoch (KIP-360). */
export type ProducerIdentity = { readonly producerId: bigint; readonly producerEpoch: number };

const LAST_EPOCH = 0x7ffe;

/** Hands out producer ids, each once per cluster. */
export class ProducerIds {
  #next = 0n;

  allocate(): ProducerIdentity {
    const producerId = this.#next;
    this.#next += 1n;
    return { producerId, producerEpoch: 0 };
  }

  /** The next epoch of an identity; a new id once its epochs are used up. */
  bump({ producerId, producerEpoch }: ProducerIdentity): ProducerIdentity {
    return producerEpoch >= LAST_EPOCH ? this.allocate() : { producerId, producerEpoch: producerEpoch + 1 };
  }
}
