import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/**
 * OffsetCommit stores how far a group has read, per partition.
 *
 * A member commits in its generation; with nobody in the group anybody may (admin tools, consumers without a group). v6
 * keeps the leader epoch, v7 checks static members, v10 names topics by id.
 */
export const offsetCommit = defineApi(messages.offsetCommit, {
  versions: [2, 10],
  limits: ['Committed offsets do not expire: retentionTimeMs and offsets.retention.minutes are ignored.'],
  handle(context, request) {
    const claim = { ...request, generationId: request.generationIdOrMemberEpoch };
    const refused = coordinatorGate(context, request.groupId) ?? context.groups.judgeCommit(request.groupId, claim);
    return {
      topics: request.topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map((entry) => ({
          partitionIndex: entry.partitionIndex,
          errorCode: codeOf(
            refused === 'NONE' ? store(context, request.groupId, { ...entry, name, topicId }) : refused,
          ),
        })),
      })),
    };
  },
  fail: ({ topics }, errorCode) => ({
    topics: topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
});

type Entry = {
  readonly name: string;
  readonly topicId: string;
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
};

function store(context: RequestContext, groupId: string, entry: Entry): ErrorName {
  const topic = context.catalog.find({ name: entry.name, id: entry.topicId });
  if (!topic) return entry.name ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID';
  if (!topic.partition(entry.partitionIndex)) return 'UNKNOWN_TOPIC_OR_PARTITION';
  const longest = context.brokerConfigs.number('offset.metadata.max.bytes');
  if ((entry.committedMetadata?.length ?? 0) > longest) return 'OFFSET_METADATA_TOO_LARGE';
  context.groups.commit(groupId, {
    topic: topic.name,
    topicId: topic.id,
    partition: entry.partitionIndex,
    offset: entry.committedOffset,
    leaderEpoch: entry.committedLeaderEpoch,
    metadata: entry.committedMetadata,
    commitTimestamp: context.clock.now(),
  });
  return 'NONE';
}
