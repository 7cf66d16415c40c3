import { type ErrorName, messages, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { idleShareGroup } from '../share/idle.ts';

/** AlterShareGroupOffsets moves where a share group starts to read, while nobody is in it (KIP-932). */
export const alterShareGroupOffsets = defineApi(messages.alterShareGroupOffsets, {
  versions: [0, 0],
  handle(context, { groupId, topics }) {
    const refused = idleShareGroup(context, groupId);
    if (refused) return { throttleTimeMs: 0, ...refused, responses: [] };
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      responses: topics.map(({ topicName, partitions }) => ({
        topicName,
        topicId: context.catalog.byName(topicName)?.id ?? zeroUuid,
        partitions: partitions.map(({ partitionIndex, startOffset }) => {
          const name = { topicName, index: partitionIndex };
          const error = alter(context, groupId, { ...name, startOffset });
          const isUnknown = error === 'UNKNOWN_TOPIC_OR_PARTITION';
          const errorMessage = isUnknown ? 'This server does not host this topic-partition.' : null;
          return { partitionIndex, errorCode: codeOf(error), errorMessage };
        }),
      })),
    };
  },
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    responses: topics.map(({ topicName, partitions }) => ({
      topicName,
      topicId: zeroUuid,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
});

type Move = { readonly topicName: string; readonly index: number; readonly startOffset: bigint };

function alter(context: RequestContext, groupId: string, { topicName, index, startOffset }: Move): ErrorName {
  if (!context.may({ operation: 'read', resource: 'topic', name: topicName })) return 'TOPIC_AUTHORIZATION_FAILED';
  const topic = context.catalog.byName(topicName);
  const partition = topic?.partition(index);
  if (!topic || !partition) return 'UNKNOWN_TOPIC_OR_PARTITION';
  const place = { partition, startOffset: Number(startOffset) };
  context.groups.shares.reset(groupId, { topicId: topic.id, index }, place);
  return 'NONE';
}
