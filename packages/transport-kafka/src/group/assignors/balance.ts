import type { TopicPartition } from '@eventstream/core';
import type { AssignmentTask } from './assignor.ts';
import { compare, everyPartition, keyOf } from './order.ts';

type Holder = {
  readonly id: string;
  readonly topics: ReadonlySet<string>;
  readonly had: TopicPartition[];
  readonly got: TopicPartition[];
};

const sizeOf = ({ had, got }: Holder) => had.length + got.length;

/**
 * Everything shared out so that no member could take a partition from one that has two or more beyond it, moving as little as
 * that needs of what `owners` have.
 */
export function balance(
  task: AssignmentTask,
  owners: ReadonlyMap<string, { readonly id: string }>,
): Map<string, readonly TopicPartition[]> {
  const holders = [...task.members]
    .sort((one, other) => compare(one.id, other.id))
    .map(({ id, topics }): Holder => ({ id, topics: new Set(topics), had: [], got: [] }));
  const byId = new Map(holders.map((holder) => [holder.id, holder]));
  const free: TopicPartition[] = [];
  for (const partition of everyPartition(task)) {
    const owner = byId.get(owners.get(keyOf(partition))?.id ?? '');
    if (owner === undefined) free.push(partition);
    else owner.had.push(partition);
  }
  dealOut(free, holders);
  while (moveOne(holders));
  return new Map(holders.map(({ id, had, got }) => [id, [...had, ...got]]));
}

/** Those that fewest may have first, each to the one of them that has least. */
function dealOut(free: readonly TopicPartition[], holders: readonly Holder[]): void {
  const takers = new Map<string, readonly Holder[]>();
  for (const { topic } of free) {
    if (!takers.has(topic))
      takers.set(
        topic,
        holders.filter(({ topics }) => topics.has(topic)),
      );
  }
  const takersOf = ({ topic }: TopicPartition) => takers.get(topic) ?? [];
  for (const partition of [...free].sort((one, other) => takersOf(one).length - takersOf(other).length)) {
    let least: Holder | undefined;
    for (const holder of takersOf(partition)) if (least === undefined || sizeOf(holder) < sizeOf(least)) least = holder;
    least?.got.push(partition);
  }
}

/** Moves one partition from a member to one that has at least two less; false when there is no such move. */
function moveOne(holders: readonly Holder[]): boolean {
  const bySize = [...holders].sort((one, other) => sizeOf(other) - sizeOf(one));
  for (const giver of bySize) {
    for (let at = bySize.length - 1; at >= 0; at -= 1) {
      const taker = bySize[at] as Holder;
      if (sizeOf(giver) - sizeOf(taker) < 2) break;
      // What it got just now is nobody's loss.
      const list = [giver.got, giver.had].find((some) => some.some(({ topic }) => taker.topics.has(topic)));
      const index = list?.findLastIndex(({ topic }) => taker.topics.has(topic)) ?? -1;
      if (list === undefined || index < 0) continue;
      taker.got.push(...list.splice(index, 1));
      return true;
    }
  }
  return false;
}
