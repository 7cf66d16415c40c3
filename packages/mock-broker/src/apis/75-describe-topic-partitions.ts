import { type ErrorName, messages, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { allowedOperations, operationsNotAsked } from '../dispatch/operations.ts';
import { describePartition } from '../topics/describe-partition.ts';
import { complainAboutTopicName } from '../topics/topic-name.ts';

type Cursor = { readonly topicName: string; readonly partitionIndex: number };

/** `max.request.partition.size.limit` of a real broker. */
const MOST_PARTITIONS = 2000;

/**
 * DescribeTopicPartitions pages through partitions in order of topic name (KIP-966).
 *
 * No names means all topics. The answer stops at the limit and says where the next page begins; an unknown topic has an
 * error of its own.
 */
export const describeTopicPartitions = defineApi(messages.describeTopicPartitions, {
  versions: [0, 0],
  limits: ['There are no eligible leader replicas: both lists are empty.'],
  handle(context, { topics, responsePartitionLimit, cursor }) {
    if (cursor && cursor.partitionIndex < 0) return refuseAll(topics, codeOf('INVALID_REQUEST'));
    const all = topics.length === 0 ? visibleNames(context) : topics.map(({ name }) => name);
    const names = [...new Set(all)].sort().filter((name) => !cursor || name >= cursor.topicName);
    let left = Math.min(Math.max(1, responsePartitionLimit), MOST_PARTITIONS);
    const page = [];
    for (const name of names) {
      const start = cursor?.topicName === name ? cursor.partitionIndex : 0;
      if (left === 0)
        return { throttleTimeMs: 0, topics: page, nextCursor: { topicName: name, partitionIndex: start } };
      const described = describe(context, { topicName: name, partitionIndex: start }, left);
      page.push(described.topic);
      left -= described.topic.partitions.length;
      if (described.next) return { throttleTimeMs: 0, topics: page, nextCursor: described.next };
    }
    return { throttleTimeMs: 0, topics: page, nextCursor: null };
  },
  fail: ({ topics }, errorCode) => refuseAll(topics, errorCode),
});

function refuseAll(topics: readonly { readonly name: string }[], errorCode: number) {
  const refused = topics.map(({ name }) => ({ errorCode, name, topicId: zeroUuid, partitions: [] }));
  return { throttleTimeMs: 0, topics: refused, nextCursor: null };
}

function maySee({ may }: RequestContext, name: string): boolean {
  return may({ operation: 'describe', resource: 'topic', name });
}

function visibleNames(context: RequestContext): string[] {
  return context.catalog
    .list()
    .map(({ name }) => name)
    .filter((name) => maySee(context, name));
}

function refused(error: ErrorName, name: string) {
  const errorCode = codeOf(error);
  const topicAuthorizedOperations = operationsNotAsked;
  return { topic: { errorCode, name, topicId: zeroUuid, partitions: [], topicAuthorizedOperations }, next: undefined };
}

function describe(context: RequestContext, from: Cursor, limit: number) {
  const { catalog, topology } = context;
  const { topicName: name, partitionIndex: start } = from;
  if (!maySee(context, name)) return refused('TOPIC_AUTHORIZATION_FAILED', name);
  const topic = catalog.byName(name);
  if (!topic) {
    const answer = refused(
      complainAboutTopicName(name) ? 'INVALID_TOPIC_EXCEPTION' : 'UNKNOWN_TOPIC_OR_PARTITION',
      name,
    );
    const topicAuthorizedOperations = allowedOperations(context, 'topic', name);
    return { ...answer, topic: { ...answer.topic, topicAuthorizedOperations } };
  }
  const end = start + limit;
  const partitions = topic.partitions
    .slice(start, end)
    .map((partition) => ({ ...describePartition(topology, partition), eligibleLeaderReplicas: [], lastKnownElr: [] }));
  return {
    topic: {
      errorCode: 0,
      name,
      topicId: topic.id,
      isInternal: topic.internal,
      partitions,
      topicAuthorizedOperations: allowedOperations(context, 'topic', name),
    },
    next: end < topic.partitions.length ? { topicName: name, partitionIndex: end } : undefined,
  };
}
