import type { TopicPartition } from '@eventstream/core';

/** A map by topic and partition that builds no key. */
export class PartitionMap<Value> {
  readonly #topics = new Map<string, Map<number, Value>>();

  get({ topic, partition }: TopicPartition): Value | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  set({ topic, partition }: TopicPartition, value: Value): void {
    const partitions = this.#topics.get(topic) ?? new Map<number, Value>();
    this.#topics.set(topic, partitions);
    partitions.set(partition, value);
  }

  delete({ topic, partition }: TopicPartition): void {
    this.#topics.get(topic)?.delete(partition);
  }

  /** Empties the map and gives what was in it. */
  take(): Value[] {
    const values = [...this.#topics.values()].flatMap((partitions) => [...partitions.values()]);
    this.#topics.clear();
    return values;
  }
}
