import type { TopicWriter } from '@eventstream/core';
import type { Context } from './context.ts';
import { deadLetterHeaders } from './dead-letter-headers.ts';
import type { Entry } from './entry.ts';
import type { Failure } from './failure.ts';

/** Appends dead letters: the record byte for byte, with its own timestamp, and the reason in headers. */
export class DeadLetters {
  readonly #context: Context;
  readonly #topicOf: (topic: string) => string;
  readonly #writers = new Map<string, Promise<TopicWriter>>();

  constructor(context: Context, topicOf: (topic: string) => string) {
    this.#context = context;
    this.#topicOf = topicOf;
  }

  /**
   * Resolves once the append is acknowledged: with false when the ownership had ended before it began, and nothing was written,
   * since the new owner will. Rejects with the transport's error.
   */
  async write(entry: Entry, failure: Failure): Promise<boolean> {
    const { owner, record } = entry;
    const topic = this.#topicOf(owner.topic);
    const writer = await this.#writer(topic);
    if (!owner.live) return false;
    // The same number where there are as many partitions, so that a dead letter's neighbours stay its neighbours.
    const partition = owner.partition % writer.partitions;
    const headers = this.#headers(entry, failure);
    await writer.append(partition, record.key, record.value, headers, record.timestamp);
    this.#tell(entry, failure, topic);
    return true;
  }

  #tell({ owner, offset }: Entry, { reason, error }: Failure, deadLetterTopic: string): void {
    const { moments, settings } = this.#context;
    if (!moments.wants('consumer.dead-lettered')) return;
    const { topic, partition } = owner;
    const at = { topic, partition, offset, group: settings.group };
    moments.publish('consumer.dead-lettered', { ...at, reason, deadLetterTopic, error });
  }

  #headers(entry: Entry, failure: Failure) {
    const { catalog, group, name, clock } = this.#context.settings;
    const version = entry.event === null ? undefined : catalog.find(entry.event.type)?.version;
    return deadLetterHeaders(entry, { failure, group, consumer: name, version, now: clock.now() });
  }

  #writer(topic: string): Promise<TopicWriter> {
    const known = this.#writers.get(topic);
    if (known !== undefined) return known;
    const writer = this.#context.transport.topic(topic);
    this.#writers.set(topic, writer);
    // A topic that was missing may be there next time.
    writer.catch(() => this.#writers.delete(topic));
    return writer;
  }
}
