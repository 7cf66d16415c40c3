import { EventstreamError, type PartitionOffset } from '@eventstream/core';

/** The error for a batch that cannot be read. Retriable: it is fetched again, since another replica may have it whole. */
export function unreadable({ topic, partition, offset }: PartitionOffset, cause: Error): EventstreamError {
  return new EventstreamError('record-corrupt', {
    message: `The batch of ${topic}/${partition} at offset ${offset} cannot be read: ${cause.message}. Seek past it, or restore it.`,
    facts: { topic, partition, offset },
    cause,
    retriable: true,
  });
}
