import type { NewTopic, WaitOptions } from '@eventstream/core';
import { errorCodes, messages } from '@eventstream/kafka-protocol';
import { codeError, topicMissing } from '../errors/code-error.ts';
import { type AdminContext, insist } from './context.ts';

/** From here on brokers fill in their own defaults (KIP-464). */
const withDefaults = 4;
/** What a topic gets from brokers that do not. */
const oldDefault = 1;

/** How long a topic that one node has made may be unknown to another. */
export const propagationMs = 1000;

/** Creates the topics that are not there, and waits until the brokers know them and their leaders. */
export async function createMissing(
  context: AdminContext,
  topics: readonly NewTopic[],
  wait: WaitOptions = {},
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const topic of topics) {
    if (await create(context, topic, wait)) made.push(topic.topic);
    await awaitLeaders(context, topic.topic, wait);
  }
  return made;
}

/** Deletes topics one by one, so that a missing one is named. */
export async function deleteTopics(
  context: AdminContext,
  topics: readonly string[],
  wait: WaitOptions = {},
): Promise<void> {
  const { cluster, settings } = context;
  for (const topic of topics) {
    await insist(context, { operation: `delete topic "${topic}"`, topic, wait, onFailure }, async (attempt) => {
      const link = await cluster.controller();
      const answer = await link.request(messages.deleteTopics, ({ version }) => ({
        ...(version >= 6 ? { topics: [{ name: topic, topicId: noId }] } : { topicNames: [topic] }),
        timeoutMs: settings.requestTimeoutMs,
      }));
      const { errorCode = errorCodes.NONE, errorMessage = null } = answer.responses[0] ?? {};
      if (errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) throw topicMissing(topic);
      if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
    });
    cluster.forget(topic);
  }

  function onFailure(): void {
    cluster.forgetController();
  }
}

const noId = '00000000-0000-0000-0000-000000000000';

/** Creates a topic; gives false when it is there already. */
function create(context: AdminContext, topic: NewTopic, wait: WaitOptions): Promise<boolean> {
  const { cluster, settings } = context;
  const what = {
    operation: `create topic "${topic.topic}"`,
    topic: topic.topic,
    wait,
    onFailure: () => cluster.forgetController(),
  };
  return insist(context, what, async (attempt) => {
    const link = await cluster.controller();
    const answer = await link.request(messages.createTopics, ({ version }) => ({
      topics: [toRequest(topic, version)],
      timeoutMs: settings.requestTimeoutMs,
    }));
    const { errorCode = errorCodes.NONE, errorMessage = null } = answer.topics[0] ?? {};
    if (errorCode === errorCodes.TOPIC_ALREADY_EXISTS) return false;
    if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt, errorMessage);
    return true;
  });
}

function toRequest({ topic, partitions, replicationFactor, configs = {} }: NewTopic, version: number) {
  const fallback = version >= withDefaults ? -1 : oldDefault;
  return {
    name: topic,
    numPartitions: partitions ?? fallback,
    replicationFactor: replicationFactor ?? fallback,
    assignments: [],
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
  };
}

function awaitLeaders(context: AdminContext, topic: string, wait: WaitOptions): Promise<void> {
  const { cluster } = context;
  return insist(context, { operation: `create topic "${topic}"`, topic, wait }, async (attempt) => {
    const { topic: facts, errorCode } = await cluster.look(topic);
    if (errorCode !== errorCodes.NONE) throw codeError(errorCode, attempt);
    if (facts?.partitions.some(({ leader }) => leader < 0)) {
      throw codeError(errorCodes.LEADER_NOT_AVAILABLE, attempt);
    }
  });
}
