import { type EventstreamError, isEventstreamError, type NewTopic, type WaitOptions } from '@eventstream/core';
import vendor, { type Admin, type ITopicConfig } from 'kafkajs';
import type { AdminLink } from './admin-link.ts';

function toConfig({ topic, partitions, replicationFactor, configs }: NewTopic): ITopicConfig {
  return {
    topic,
    // -1 asks for the broker's default. Source: KIP-464.
    numPartitions: partitions ?? -1,
    replicationFactor: replicationFactor ?? -1,
    configEntries: Object.entries(configs ?? {}).map(([name, value]) => ({ name, value })),
  };
}

/** Creates topics; a topic that is there already is left alone. Gives those that were made. */
async function create(admin: Admin, topics: readonly NewTopic[]): Promise<readonly string[]> {
  const names = topics.map(({ topic }) => topic);
  try {
    const made = await admin.createTopics({ topics: topics.map(toConfig), waitForLeaders: false });
    return made ? names : [];
  } catch (error) {
    if (!(error instanceof vendor.KafkaJSAggregateError)) throw error;
    const failures = error.errors as readonly (Error & { readonly type?: string; readonly topic?: string })[];
    const other = failures.find(({ type }) => type !== 'TOPIC_ALREADY_EXISTS');
    if (other !== undefined) throw other;
    const existing = new Set(failures.map(({ topic }) => topic));
    return names.filter((name) => !existing.has(name));
  }
}

function notYetKnown(error: EventstreamError): boolean {
  return isEventstreamError(error, 'topic-missing');
}

/** Creates the topics that are not there and waits until the brokers know them and their leaders. */
export async function createMissing(
  link: AdminLink,
  topics: readonly NewTopic[],
  wait: WaitOptions = {},
): Promise<readonly string[]> {
  const names = topics.map(({ topic }) => topic);
  if (names.length === 0) return [];
  const operation = `create topics ${names.join(', ')}`;
  const made = await link.ask({ operation, wait }, (admin) => create(admin, topics));
  for (const topic of names) {
    await link.ask({ operation, topic, wait, again: notYetKnown }, (admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    );
  }
  return made;
}

/** Deletes topics one by one, so that a missing one is named. */
export async function deleteTopics(link: AdminLink, topics: readonly string[], wait: WaitOptions = {}): Promise<void> {
  for (const topic of topics) {
    await link.ask({ operation: `delete topic ${topic}`, topic, wait }, (admin) =>
      admin.deleteTopics({ topics: [topic] }),
    );
  }
}
