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

/** Creates a topic; gives false when it is there already. */
async function create(admin: Admin, topic: NewTopic): Promise<boolean> {
  try {
    return await admin.createTopics({ topics: [toConfig(topic)], waitForLeaders: false });
  } catch (error) {
    throw error instanceof vendor.KafkaJSAggregateError ? error.errors[0] : error;
  }
}

function notYetKnown(error: EventstreamError): boolean {
  return isEventstreamError(error, 'topic-missing');
}

/**
 * Creates the topics that are not there and waits until the brokers know them and their leaders. One request each: kafkajs
 * answers a request of which any topic existed as if it had made none.
 */
export async function createMissing(
  link: AdminLink,
  topics: readonly NewTopic[],
  wait: WaitOptions = {},
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const one of topics) {
    const { topic } = one;
    const ask = { operation: `create topic "${topic}"`, topic, wait };
    if (await link.ask(ask, (admin) => create(admin, one))) made.push(topic);
    await link.ask({ ...ask, again: notYetKnown }, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  }
  return made;
}

/** Deletes topics one by one, so that a missing one is named. */
export async function deleteTopics(link: AdminLink, topics: readonly string[], wait: WaitOptions = {}): Promise<void> {
  for (const topic of topics) {
    await link.ask({ operation: `delete topic "${topic}"`, topic, wait }, (admin) =>
      admin.deleteTopics({ topics: [topic] }),
    );
  }
}
