import type { TopicPartition } from '@eventstream/core';
import type { Assignor } from './assignor.ts';
import { inOrder } from './order.ts';

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
