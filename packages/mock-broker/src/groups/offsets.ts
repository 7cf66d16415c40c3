/** What a group remembers of one partition. */
export type CommittedOffset = {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  readonly commitTimestamp: number;
};

/** Committed offsets of one group, by topic and partition. */
export class OffsetStore {
  readonly #byTopic = new Map<string, Map<number, CommittedOffset>>();

  commit(entry: CommittedOffset): void {
    let partitions = this.#byTopic.get(entry.topic);
    if (!partitions) {
      partitions = new Map();
      this.#byTopic.set(entry.topic, partitions);
    }
    partitions.set(entry.partition, entry);
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#byTopic.get(topic)?.get(partition);
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#byTopic.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#byTopic.delete(topic);
  }

  deleteTopic(topic: string): void {
    this.#byTopic.delete(topic);
  }

  topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  list(): CommittedOffset[] {
    return [...this.#byTopic.values()].flatMap((partitions) => [...partitions.values()]);
  }
}
