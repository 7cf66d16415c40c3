import { murmur2 } from './murmur2.ts';

/**
 * Chooses a partition, 0 ≤ p < `partitions`, for a key; `null` leaves the choice to the producer, which stays on one
 * partition for the events of a turn and then moves on. Must be a pure function of its arguments: events with equal keys
 * keep their order only while they meet in one partition.
 */
export type Partitioner = (key: string | null, partitions: number, topic: string) => number | null;

const utf8 = new TextEncoder();

/**
 * The partition Kafka's Java client chooses for the same key: `toPositive(murmur2(utf8(key))) % partitions`, and none for no
 * key. Records of one key meet in one partition whether Java or this producer wrote them.
 *
 * @example
 * ```ts
 * import { javaPartitioner } from '@eventstream/producer';
 *
 * console.assert(javaPartitioner('foobar', 12) === 6);
 * ```
 */
export function javaPartitioner(key: string | null, partitions: number): number | null {
  if (key === null) return null;
  return (murmur2(utf8.encode(key)) & 0x7fffffff) % partitions;
}
