/** One partition of one topic: `topicId:index`. */
export type PartitionKey = `${string}:${number}`;

/** What a member is meant to read. */
export type Assignment = ReadonlySet<PartitionKey>;

/** What a member reads, each partition with the epoch in which it was given (KIP-1251). */
export type Holding = ReadonlyMap<PartitionKey, number>;

/** Partitions as messages carry them: by topic. */
export type TopicPartitions = { readonly topicId: string; readonly partitions: readonly number[] };

export function partitionKey(topicId: string, index: number): PartitionKey {
  return `${topicId}:${index}`;
}

/** The two halves of a key. */
export function partOf(key: PartitionKey): { readonly topicId: string; readonly index: number } {
  const at = key.lastIndexOf(':');
  return { topicId: key.slice(0, at), index: Number(key.slice(at + 1)) };
}

export function fromTopics(topics: readonly TopicPartitions[]): Set<PartitionKey> {
  return new Set(topics.flatMap(({ topicId, partitions }) => partitions.map((index) => partitionKey(topicId, index))));
}

/** By topic, partitions in order. */
export function toTopics(keys: Iterable<PartitionKey>): { topicId: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const key of keys) {
    const { topicId, index } = partOf(key);
    const known = topics.get(topicId);
    if (known) known.push(index);
    else topics.set(topicId, [index]);
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions: partitions.sort((a, b) => a - b) }));
}

export function sameKeys(one: Holding, other: Holding): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}
