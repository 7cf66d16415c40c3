import { type PartitionKey, partitionKey, partOf } from './assignment.ts';
import type { AssignorInput, AssignorMember } from './assignor.ts';

type Plan = Map<string, Set<PartitionKey>>;

/**
 * `uniform`: everybody gets the same number of partitions, give or take one, and keeps as many as that allows.
 *
 * With unequal subscriptions it is as even as they permit: no partition could go to a subscriber that has two fewer.
 */
export function uniformAssignor(input: AssignorInput): Plan {
  const { members } = input;
  const [first, ...others] = members;
  if (!first) return new Map();
  const topics = new Set(first.topicIds);
  const alike = others.every(
    ({ topicIds }) => new Set(topicIds).size === topics.size && topicIds.every((id) => topics.has(id)),
  );
  return alike ? byQuota(input, allPartitions(input, topics)) : byBalance(input);
}

/** The way of equal subscriptions: whoever has more than its quota gives the rest to those below theirs. */
function byQuota({ members }: AssignorInput, all: readonly PartitionKey[]): Plan {
  const share = Math.floor(all.length / members.length);
  const more = all.length % members.length;
  const wanted = new Set(all);
  const plan: Plan = new Map();
  const left = new Set(all);
  for (const [at, { id, target }] of members.entries()) {
    const kept = [...target].filter((key) => wanted.has(key) && left.has(key)).slice(0, share + (at < more ? 1 : 0));
    for (const key of kept) left.delete(key);
    plan.set(id, new Set(kept));
  }
  const free = left.values();
  for (const [at, { id }] of members.entries()) {
    const own = plan.get(id)!;
    while (own.size < share + (at < more ? 1 : 0)) own.add(free.next().value!);
  }
  return plan;
}

/** The way of unequal subscriptions: keep what may be kept, hand out the rest to the poorest, then even out. */
function byBalance(input: AssignorInput): Plan {
  const { members } = input;
  const plan: Plan = new Map(members.map(({ id }) => [id, new Set()]));
  const all = allPartitions(input, new Set(members.flatMap(({ topicIds }) => topicIds)));
  const left = new Set(all);
  for (const { id, target, topicIds } of members) {
    for (const key of target) {
      if (topicIds.includes(partOf(key).topicId) && left.delete(key)) plan.get(id)?.add(key);
    }
  }
  for (const key of left) poorest(plan, subscribersOf(members, key)).add(key);
  while (evenOut(plan, members));
  return plan;
}

/** Moves one partition from a richer to a poorer subscriber; false when none is two apart. Each move lowers the sum of squares. */
function evenOut(plan: Plan, members: readonly AssignorMember[]): boolean {
  for (const { id } of [...members].sort((a, b) => plan.get(b.id)!.size - plan.get(a.id)!.size)) {
    const own = plan.get(id)!;
    for (const key of own) {
      const other = poorest(plan, subscribersOf(members, key));
      if (own.size - other.size < 2) continue;
      own.delete(key);
      other.add(key);
      return true;
    }
  }
  return false;
}

function subscribersOf(members: readonly AssignorMember[], key: PartitionKey): readonly AssignorMember[] {
  return members.filter(({ topicIds }) => topicIds.includes(partOf(key).topicId));
}

function poorest(plan: Plan, candidates: readonly AssignorMember[]): Set<PartitionKey> {
  const [first, ...others] = candidates.map(({ id }) => plan.get(id)!);
  return others.reduce((best, one) => (one.size < best.size ? one : best), first!);
}

function allPartitions({ partitionsOf }: AssignorInput, topicIds: ReadonlySet<string>): PartitionKey[] {
  return [...topicIds].flatMap((topicId) =>
    Array.from({ length: partitionsOf(topicId) }, (_, index) => partitionKey(topicId, index)),
  );
}
