import type { PartitionOffset, TopicPartition, WaitOptions } from '@eventstream/core';
import type { AdminLink } from './admin-link.ts';

/** The first and the next offset of a partition. */
export type Range = TopicPartition & { readonly first: number; readonly next: number };

/** The first and the next offset of each partition of a topic. */
export async function offsetRanges(link: AdminLink, topic: string, wait: WaitOptions = {}): Promise<readonly Range[]> {
  const found = await link.ask({ operation: `offsets of "${topic}"`, topic, wait }, (admin) =>
    admin.fetchTopicOffsets(topic),
  );
  return found
    .map(({ partition, low, high }) => ({ topic, partition, first: Number(low), next: Number(high) }))
    .sort((one, other) => one.partition - other.partition);
}

/** What a group has committed in a topic; partitions without a commit are left out. */
export async function committedOffsets(
  link: AdminLink,
  at: { readonly group: string; readonly topic: string },
  wait: WaitOptions = {},
): Promise<readonly PartitionOffset[]> {
  const { group, topic } = at;
  const ask = { operation: `committed offsets of group "${group}"`, topic, group, wait };
  const found = await link.ask(ask, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  return (
    found
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
      // -1: nothing committed. kafkajs itself commits -1 or -2 when it resets a group.
      .filter(({ offset }) => offset >= 0)
      .sort((one, other) => one.partition - other.partition)
  );
}
