import {
  EventstreamError,
  type PartitionOffset,
  type SubscriptionRequest,
  type TopicPartition,
} from '@eventstream/core';
import type { AdminLink } from '../admin/admin-link.ts';
import { committedOffsets, offsetRanges, type Range } from '../admin/offset-lookup.ts';

type Request = Pick<SubscriptionRequest, 'group' | 'startFrom'>;

/** Where a partition goes on. */
export interface Place extends PartitionOffset {
  /** The position that no longer exists, when that is why it goes on elsewhere. */
  readonly lost?: number;
  /** kafkajs begins there by itself. */
  readonly asCommitted: boolean;
}

/**
 * Where a partition goes on: at its position if that still exists; at the log's beginning if the log was deleted past it; and
 * where new partitions begin if there is none or the log ends before it.
 */
export function place(position: number | undefined, range: Range, startFrom: Request['startFrom']): Place {
  const { topic, partition, first, next } = range;
  const fresh = startFrom === 'earliest' ? first : next;
  if (position === undefined) return { topic, partition, offset: fresh, asCommitted: false };
  if (position < first) return { topic, partition, offset: first, lost: position, asCommitted: false };
  if (position > next) return { topic, partition, offset: fresh, lost: position, asCommitted: false };
  return { topic, partition, offset: position, asCommitted: true };
}

/** Looks up where assigned partitions begin: what the group committed, checked against what the log still has. */
export async function startPositions(
  link: AdminLink,
  request: Request,
  partitions: readonly TopicPartition[],
): Promise<readonly Place[]> {
  const { group, startFrom } = request;
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const places = topics.map(async (topic) => {
    const committed = await committedOffsets(link, { group, topic });
    const ranges = await offsetRanges(link, topic);
    return partitions.flatMap((one) => {
      const range = ranges.find(({ partition }) => one.topic === topic && one.partition === partition);
      if (range === undefined) return [];
      const position = committed.find(({ partition }) => partition === one.partition)?.offset;
      return [place(position, range, startFrom)];
    });
  });
  return (await Promise.all(places)).flat();
}

/** Tells that a position no longer exists. Retriable: the subscription goes on at `to`. */
export function outOfRange({ topic, partition, offset: to, lost = to }: Place): EventstreamError {
  return new EventstreamError('offset-out-of-range', {
    message: `${topic}/${partition} has no offset ${lost} any more; reading goes on at ${to}. Records in between were deleted, or the topic was made anew: raise its retention or commit more often.`,
    facts: { topic, partition, offset: lost },
    retriable: true,
  });
}
