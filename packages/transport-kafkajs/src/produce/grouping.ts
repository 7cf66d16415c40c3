import type { PartitionQueue } from './partition-queue.ts';
import type { Wire } from './wire.ts';

/** Batches that travel in one request: one wire, one leader. */
export interface Group {
  readonly wire: Wire;
  readonly queues: readonly PartitionQueue[];
}

/** A request carries about this many bytes at most, however many partitions are ready: kafkajs encodes it in one go. */
const groupBytes = 1024 ** 2;

/**
 * Puts what is ready into as few requests as possible: one per leader, since kafkajs answers a request that spans brokers as
 * a whole. A partition whose leader is unknown, or whose last request failed, travels alone.
 */
export function groupByLeader(
  ready: Iterable<PartitionQueue>,
  leaderOf: (topic: string, partition: number) => number | undefined,
): readonly Group[] {
  const groups: { wire: Wire; queues: PartitionQueue[]; bytes: number }[] = [];
  const open = new Map<Wire, Map<number, (typeof groups)[number]>>();
  for (const queue of ready) {
    const { head, wire } = queue;
    if (head === undefined || wire === undefined) continue;
    const leader = queue.alone ? undefined : leaderOf(queue.topic, queue.partition);
    const leaders = open.get(wire) ?? new Map();
    open.set(wire, leaders);
    const group = leader === undefined ? undefined : leaders.get(leader);
    if (group !== undefined && group.bytes + head.bytes <= groupBytes) {
      group.queues.push(queue);
      group.bytes += head.bytes;
      continue;
    }
    const opened = { wire, queues: [queue], bytes: head.bytes };
    groups.push(opened);
    if (leader !== undefined) leaders.set(leader, opened);
  }
  return groups;
}
