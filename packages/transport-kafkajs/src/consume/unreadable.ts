import { EventstreamError, type PartitionOffset } from '@eventstream/core';
import type { AdminLink } from '../admin/admin-link.ts';
import { offsetRanges } from '../admin/offset-lookup.ts';
import type { Failure } from '../client/errors.ts';

const lookupMs = 2000;

/** Partitions that have something to read where they stand: one of them holds what could not be read. */
async function withSomethingToRead(
  link: AdminLink,
  positions: readonly PartitionOffset[],
): Promise<readonly PartitionOffset[]> {
  const wait = { timeoutMs: lookupMs };
  const topics = [...new Set(positions.map(({ topic }) => topic))];
  const ranges = await Promise.all(topics.map((topic) => offsetRanges(link, topic, wait)))
    .then((found) => found.flat())
    .catch(() => []);
  return positions.filter(({ topic, partition, offset }) => {
    const range = ranges.find((one) => one.topic === topic && one.partition === partition);
    return range === undefined || range.next > offset;
  });
}

/**
 * The error for a batch kafkajs cannot decode. kafkajs does not say where it stands; the partitions it can be are looked up,
 * and when there is only one, that is it.
 */
export async function unreadable(
  link: AdminLink,
  positions: readonly PartitionOffset[],
  failure: Failure,
): Promise<EventstreamError | undefined> {
  const candidates = await withSomethingToRead(link, positions);
  const [first] = candidates;
  if (first === undefined) return undefined;
  const where = candidates
    .map(({ topic, partition, offset }) => `${topic}/${partition} at offset ${offset}`)
    .join(' or ');
  const { topic, partition, offset } = first;
  return new EventstreamError('record-corrupt', {
    message: `A batch in ${where} cannot be read: ${failure.message}. kafkajs reads uncompressed and gzip batches only. Set the topic's compression.type to gzip or uncompressed and have the batch written again, or read it with another driver.`,
    facts: { topic, partition, offset },
    cause: failure.cause,
  });
}
