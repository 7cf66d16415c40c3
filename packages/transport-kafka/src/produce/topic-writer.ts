import type { Appended, Bytes, Header, Outcome, TopicWriter } from '@eventstream/core';
import type { Topics } from '../cluster/topics.ts';
import { partitionMissing } from './delivery-errors.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { refusal, type Sender } from './sender.ts';

/** Appends to one topic through the transport's sender. */
export class KafkaTopicWriter implements TopicWriter {
  readonly topic: string;
  readonly #topics: Topics;
  readonly #sender: Sender;
  readonly #queues: PartitionQueue[] = [];

  constructor(topic: string, topics: Topics, sender: Sender) {
    this.topic = topic;
    this.#topics = topics;
    this.#sender = sender;
  }

  get partitions(): number {
    return this.#topics.find(this.topic)?.partitions.length ?? 0;
  }

  append<Result = Appended>(
    partition: number,
    key: Bytes,
    value: Bytes,
    headers: readonly Header[],
    timestamp: number,
    outcome?: Outcome<Result>,
  ): Promise<Result> {
    const queue = this.#queues[partition] ?? this.#find(partition);
    if (queue === undefined) return refusal({ outcome }, partitionMissing(this.topic, partition, this.partitions));
    return this.#sender.append(queue, { key, value, headers, timestamp, outcome }) as Promise<Result>;
  }

  #find(partition: number): PartitionQueue | undefined {
    if (!(Number.isInteger(partition) && partition >= 0 && partition < this.partitions)) return undefined;
    const queue = this.#sender.queue(this.topic, partition);
    this.#queues[partition] = queue;
    return queue;
  }
}
