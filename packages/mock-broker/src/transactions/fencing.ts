import type { ProducerIdentity } from '../producers/producer-ids.ts';

/** Whom the coordinator takes for the owner of a transactional id. */
export type KnownIdentity = {
  readonly current: ProducerIdentity;
  /** What the owner still believes if the answer that changed its identity was lost. */
  readonly previous?: ProducerIdentity | undefined;
};

/** Who a producer is that names an identity: the owner, the owner one answer behind, or nobody with a say. */
export type Standing = 'current' | 'previous' | 'PRODUCER_FENCED' | 'INVALID_PRODUCER_ID_MAPPING';

/**
 * Whether a producer may speak for a transactional id. Every API asks here; what `previous` may do is theirs to say:
 * repeat a request whose answer it lost (KIP-360, KIP-890), never change anything.
 */
export function judgeIdentity(known: KnownIdentity | undefined, given: ProducerIdentity): Standing {
  if (!known) return 'INVALID_PRODUCER_ID_MAPPING';
  if (isSame(known.current, given)) return 'current';
  if (known.previous && isSame(known.previous, given)) return 'previous';
  return known.current.producerId === given.producerId ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_ID_MAPPING';
}

function isSame(one: ProducerIdentity, other: ProducerIdentity): boolean {
  return one.producerId === other.producerId && one.producerEpoch === other.producerEpoch;
}
