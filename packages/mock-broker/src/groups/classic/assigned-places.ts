import { decodeConsumerAssignment, isProtocolError } from '@eventstream/kafka-protocol';

/** The partitions of a consumer's assignment, as `topic-partition`; none when it is not one. */
export function placesIn(assignment: Uint8Array): string[] {
  try {
    const { assignedPartitions } = decodeConsumerAssignment(assignment);
    return assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => `${topic}-${partition}`),
    );
  } catch (error) {
    if (isProtocolError(error)) return [];
    throw error;
  }
}
