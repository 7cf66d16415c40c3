import { type Appended, type Bytes, EventstreamError, type Header, type TopicWriter } from '@eventstream/core';
import type { Sender } from './sender.ts';

/** What a writer asks the directory. */
export interface PartitionCount {
  partitions(topic: string): number;
}

function partitionMissing(topic: string, partition: number, partitions: number): EventstreamError {
  return new EventstreamError('partition-missing', {
    message: `Topic "${topic}" has ${partitions} partitions; ${partition} is not one of them. Choose one below that number.`,
    facts: { topic, partition },
  });
}

/** Appends to one topic through the transport's sender. */
export class KafkajsTopicWriter implements TopicWriter {
  readonly topic: string;
  readonly #directory: PartitionCount;
  readonly #sender: Sender;

  constructor(topic: string, directory: PartitionCount, sender: Sender) {
    this.topic = topic;
    this.#directory = directory;
    this.#sender = sender;
  }

  get partitions(): number {
    return this.#directory.partitions(this.topic);
  }

  append(
    partition: number,
    key: Bytes,
    value: Bytes,
    headers: readonly Header[],
    timestamp: number,
  ): Promise<Appended> {
    const { partitions } = this;
    if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions)) {
      return Promise.reject(partitionMissing(this.topic, partition, partitions));
    }
    return this.#sender.append(this.topic, { partition, key, value, headers, timestamp });
  }
}
