import type { TopicPartition } from '@eventstream/core';
import type { AssignableMember, AssignmentTask, Previous } from './assignor.ts';
import { keyOf } from './order.ts';

type Claim = { readonly id: string; readonly partition: TopicPartition; readonly generation: number };

/** Who may keep what, by partition: who had it in the newest generation, if it still exists and that member still reads it. */
export function rightfulOwners(
  { members, partitions }: AssignmentTask,
  previous: (member: AssignableMember) => Previous,
): ReadonlyMap<string, Claim> {
  const owners = new Map<string, Claim>();
  const disputed = new Map<string, number>();
  for (const member of members) {
    const { partitions: had, generation } = previous(member);
    for (const partition of had) {
      const { topic, partition: index } = partition;
      const key = keyOf(partition);
      if (index >= (partitions.get(topic) ?? 0) || !member.topics.includes(topic)) continue;
      if (generation <= (disputed.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
      const other = owners.get(key);
      if (other !== undefined && other.generation > generation) continue;
      if (other?.generation === generation) {
        // Both cannot be right, and nothing tells who is.
        owners.delete(key);
        disputed.set(key, generation);
      } else owners.set(key, { id: member.id, partition, generation });
    }
  }
  return owners;
}
