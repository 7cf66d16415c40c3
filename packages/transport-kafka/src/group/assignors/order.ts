import type { TopicPartition } from '@eventstream/core';
import type { AssignableMember, AssignmentTask } from './assignor.ts';

/** As Java's strings compare: by UTF-16 units. */
export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Static members before others, by instance id; others by member id. As the Java client sorts them. */
export function inOrder(members: readonly AssignableMember[]): readonly AssignableMember[] {
  return [...members].sort((one, other) => {
    if (one.instanceId !== null && other.instanceId !== null) return compare(one.instanceId, other.instanceId);
    if (one.instanceId !== null) return -1;
    if (other.instanceId !== null) return 1;
    return compare(one.id, other.id);
  });
}

/** Every partition there is, topic by topic. */
export function everyPartition({ partitions }: AssignmentTask): readonly TopicPartition[] {
  return [...partitions]
    .sort(([one], [other]) => compare(one, other))
    .flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
}

/** A partition in a word. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
