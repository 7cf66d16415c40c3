import type { TopicPartition } from '@eventstream/core';
import type { Cluster } from '../cluster/cluster.ts';

/** Partitions under their topic's id, as the consumer protocol tells them. */
export type TopicIdPartitions = { readonly topicId: string; readonly partitions: readonly number[] };

/** What a member holds, by the ids the coordinator knows and by the names everybody else uses. */
export type Holding = {
  readonly byId: readonly TopicIdPartitions[];
  readonly partitions: readonly TopicPartition[];
  /** Topics whose names are not known, although they were looked up. Nothing of them is held. */
  readonly unknown: number;
};

export const nothingHeld: Holding = { byId: [], partitions: [], unknown: 0 };

/** What an assignment lets a member hold. Topics it cannot name are looked up. */
export async function holdingOf(
  told: readonly TopicIdPartitions[],
  cluster: Cluster,
  subscribed: readonly string[],
): Promise<Holding> {
  const isKnown = ({ topicId }: TopicIdPartitions) => cluster.topics.byId(topicId) !== undefined;
  if (!told.every(isKnown)) for (const name of subscribed) await cluster.look(name).catch(() => undefined);
  const byId = told.filter(isKnown);
  const partitions = byId.flatMap(({ topicId, partitions: indexes }) => {
    const topic = cluster.topics.byId(topicId)?.name ?? '';
    return indexes.map((partition) => ({ topic, partition }));
  });
  return { byId, partitions, unknown: told.length - byId.length };
}

/** Whether two holdings are of the same partitions. */
export function isSameHolding(one: Holding, other: Holding): boolean {
  return keysOf(one) === keysOf(other);
}

function keysOf({ byId }: Holding): string {
  const keys = byId.flatMap(({ topicId, partitions }) => partitions.map((partition) => `${topicId}/${partition}`));
  return keys.sort().join();
}
