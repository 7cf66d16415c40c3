import type { TopicPartition } from '@eventstream/core';
import type { Assignor } from './assignor.ts';
import { everyPartition, inOrder } from './order.ts';

/** All partitions of all topics dealt out one by one; a member that does not read a topic is passed over. */
export const roundRobin: Assignor = {
  name: 'roundrobin',
  cooperative: false,
  assign(task) {
    const members = inOrder(task.members);
    const assigned = new Map<string, TopicPartition[]>(task.members.map(({ id }) => [id, []]));
    let turn = 0;
    for (const partition of everyPartition(task)) {
      const { length } = members;
      if (!members.some(({ topics }) => topics.includes(partition.topic))) continue;
      while (!members[turn % length]?.topics.includes(partition.topic)) turn += 1;
      assigned.get(members[turn % length]?.id ?? '')?.push(partition);
      turn += 1;
    }
    return assigned;
  },
};
