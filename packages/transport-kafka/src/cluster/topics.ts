import { errorCodes, type messages, type ResponseOf, zeroUuid } from '@eventstream/kafka-protocol';

type MetadataAnswer = ResponseOf<typeof messages.metadata>;
type TopicAnswer = MetadataAnswer['topics'][number];

/** Who leads a partition. */
export type PartitionLeader = {
  /** -1 while there is none. */
  readonly leader: number;
  /** Rises with every election (KIP-320); -1 when the brokers do not say. */
  readonly epoch: number;
};

/** What is known of one topic. */
export type TopicFacts = {
  readonly name: string;
  /** {@link zeroUuid} when the brokers have no topic ids. */
  readonly id: string;
  readonly partitions: readonly PartitionLeader[];
};

const nobody: PartitionLeader = { leader: -1, epoch: -1 };

/** What is known of topics. A later answer of a slower broker never takes back what an earlier one knew better. */
export class Topics {
  readonly #byName = new Map<string, TopicFacts>();

  find(name: string): TopicFacts | undefined {
    return this.#byName.get(name);
  }

  byId(id: string): TopicFacts | undefined {
    for (const topic of this.#byName.values()) if (topic.id === id && id !== zeroUuid) return topic;
    return undefined;
  }

  forget(name: string): void {
    this.#byName.delete(name);
  }

  /** Takes in an answer. Topics that are answered with an error keep what is known, but for one that is gone. */
  learn(answer: MetadataAnswer): void {
    for (const topic of answer.topics) {
      if (topic.name === null) continue;
      if (topic.errorCode === errorCodes.NONE) this.#byName.set(topic.name, merge(this.#byName.get(topic.name), topic));
      else if (topic.errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) this.#byName.delete(topic.name);
    }
  }

  /** A broker named the new leader in its refusal (KIP-951). Nothing older than what is known is taken. */
  hint(name: string, partition: number, told: PartitionLeader): void {
    const topic = this.#byName.get(name);
    const known = topic?.partitions[partition];
    if (topic === undefined || known === undefined || told.leader < 0 || told.epoch <= known.epoch) return;
    const partitions = topic.partitions.with(partition, told);
    this.#byName.set(name, { ...topic, partitions });
  }
}

function merge(known: TopicFacts | undefined, { name, topicId, partitions }: TopicAnswer): TopicFacts {
  const same = known !== undefined && known.id === topicId ? known : undefined;
  const merged: PartitionLeader[] = same === undefined ? [] : [...same.partitions];
  for (const { partitionIndex, leaderId, leaderEpoch } of partitions) {
    const told = { leader: leaderId, epoch: leaderEpoch };
    const before = merged[partitionIndex];
    if (before === undefined || told.epoch < 0 || told.epoch >= before.epoch) merged[partitionIndex] = told;
  }
  return { name: name as string, id: topicId, partitions: Array.from(merged, (one) => one ?? nobody) };
}
