/** A member of a share group and the topics it wants, as ids of topics that exist. */
export type ShareSubscriber = { readonly id: string; readonly topicIds: readonly string[] };

/**
 * `simple`: as many members as it takes read each partition. With fewer members than partitions each partition has one;
 * with more, members are dealt out over the partitions, so that nobody is without.
 */
export function simpleAssignor(
  members: readonly ShareSubscriber[],
  partitionsOf: (topicId: string) => number,
): Map<string, Map<string, number[]>> {
  const plan = new Map(members.map(({ id }) => [id, new Map<string, number[]>()]));
  for (const [wish, group] of alike(members)) {
    const all = wish.split(',').filter(Boolean);
    const partitions = all.flatMap((topicId) =>
      Array.from({ length: partitionsOf(topicId) }, (_, index) => ({ topicId, index })),
    );
    if (partitions.length === 0) continue;
    for (let at = 0; at < Math.max(group.length, partitions.length); at += 1) {
      const { topicId, index } = partitions[at % partitions.length]!;
      const own = plan.get(group[at % group.length]!.id)!;
      own.set(topicId, [...(own.get(topicId) ?? []), index]);
    }
  }
  return plan;
}

/** Members by what they subscribe to; each such set shares all of its partitions. */
function alike(members: readonly ShareSubscriber[]): Map<string, ShareSubscriber[]> {
  const sets = new Map<string, ShareSubscriber[]>();
  for (const member of members) {
    const wish = [...new Set(member.topicIds)].sort().join();
    sets.set(wish, [...(sets.get(wish) ?? []), member]);
  }
  return sets;
}
