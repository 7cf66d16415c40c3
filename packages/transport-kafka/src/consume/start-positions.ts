import { EventstreamError, type TopicPartition } from '@eventstream/core';

/** The first and the next offset of a partition. */
export type Range = { readonly first: number; readonly next: number };

/** Where a partition goes on. */
export type Place = {
  readonly offset: number;
  /** The position that no longer exists, when that is why it goes on elsewhere. */
  readonly lost?: number;
};

/**
 * Where a partition goes on: at its position if that still exists; at the log's beginning if the log was deleted past it; and
 * where new partitions begin if there is none or the log ends before it.
 */
export function place(position: number | undefined, { first, next }: Range, startFrom: 'earliest' | 'latest'): Place {
  const fresh = startFrom === 'earliest' ? first : next;
  if (position === undefined) return { offset: fresh };
  if (position < first) return { offset: first, lost: position };
  if (position > next) return { offset: fresh, lost: position };
  return { offset: position };
}

/** Tells that a position no longer exists. Retriable: the subscription goes on at `to`. */
export function outOfRange({ topic, partition }: TopicPartition, lost: number, to: number): EventstreamError {
  return new EventstreamError('offset-out-of-range', {
    message: `${topic}/${partition} has no offset ${lost} any more; reading goes on at ${to}. Records in between were deleted, or the topic was made anew: raise its retention or commit more often.`,
    facts: { topic, partition, offset: lost },
    retriable: true,
  });
}
