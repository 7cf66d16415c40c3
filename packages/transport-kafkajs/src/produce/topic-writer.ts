import {
  type Appended,
  type Bytes,
  EventstreamError,
  type Header,
  type Outcome,
  outcomeOf,
  type TopicWriter,
} from '@eventstream/core';
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

  append<Result = Appended>(
    partition: number,
    key: Bytes,
    value: Bytes,
    headers: readonly Header[],
    timestamp: number,
    outcome?: Outcome<Result>,
  ): Promise<Result> {
    const { partitions } = this;
    const isThere = Number.isInteger(partition) && partition >= 0 && partition < partitions;
    const appended = isThere
      ? this.#sender.append(this.topic, { partition, key, value, headers, timestamp })
      : Promise.reject(partitionMissing(this.topic, partition, partitions));
    return outcomeOf(appended, outcome);
  }
}
