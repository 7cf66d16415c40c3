import type { TopicPartition } from '@eventstream/core';
import type { AssignableMember, Assignor } from './assignor.ts';

/** Static members before others, by instance id; others by member id. As the Java client sorts them. */
export function inOrder(members: readonly AssignableMember[]): readonly AssignableMember[] {
  return [...members].sort((one, other) => {
    if (one.instanceId !== null && other.instanceId !== null) return compare(one.instanceId, other.instanceId);
    if (one.instanceId !== null) return -1;
    if (other.instanceId !== null) return 1;
    return compare(one.id, other.id);
  });
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Each topic by itself: runs of neighbouring partitions, the first members one more when it does not come out even. */
export const range: Assignor = {
  name: 'range',
  cooperative: false,
  assign({ members, partitions }) {
    const assigned = new Map<string, TopicPartition[]>(members.map(({ id }) => [id, []]));
    for (const [topic, count] of partitions) {
      const takers = inOrder(members.filter(({ topics }) => topics.includes(topic)));
      const share = Math.floor(count / takers.length);
      const extra = count % takers.length;
      takers.forEach(({ id }, index) => {
        const from = share * index + Math.min(index, extra);
        const to = from + share + (index < extra ? 1 : 0);
        for (let partition = from; partition < to; partition += 1) assigned.get(id)?.push({ topic, partition });
      });
    }
    return assigned;
  },
};
