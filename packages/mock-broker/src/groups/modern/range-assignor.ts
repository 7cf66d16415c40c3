import { type PartitionKey, partitionKey } from './assignment.ts';
import type { AssignorInput, AssignorMember } from './assignor.ts';

/**
 * `range`: each topic is cut into consecutive pieces, in the order of instance ids, then member ids; the first members get
 * one more where it does not come out even. So equal partitions of equally large topics meet in one member.
 */
export function rangeAssignor({ members, partitionsOf }: AssignorInput): Map<string, Set<PartitionKey>> {
  const assigned = new Map(members.map(({ id }) => [id, new Set<PartitionKey>()]));
  const inOrder = [...members].sort(compareMembers);
  for (const topicId of new Set(members.flatMap(({ topicIds }) => topicIds))) {
    const subscribers = inOrder.filter(({ topicIds }) => topicIds.includes(topicId));
    const share = Math.floor(partitionsOf(topicId) / subscribers.length);
    const more = partitionsOf(topicId) % subscribers.length;
    let next = 0;
    for (const [at, { id }] of subscribers.entries()) {
      const end = next + share + (at < more ? 1 : 0);
      for (; next < end; next += 1) assigned.get(id)?.add(partitionKey(topicId, next));
    }
  }
  return assigned;
}

function compareMembers(one: AssignorMember, other: AssignorMember): number {
  if (one.instanceId !== null && other.instanceId !== null) return compare(one.instanceId, other.instanceId);
  if (one.instanceId !== null) return -1;
  return other.instanceId === null ? compare(one.id, other.id) : 1;
}

/** As Java compares strings: by code units. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
