import { messages, type RequestOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { Topic } from '../topics/topic.ts';

type Asked = RequestOf<typeof messages.describeShareGroupOffsets>['groups'][number];

/**
 * DescribeShareGroupOffsets tells where share groups start to read (KIP-932); null asks for all topics.
 *
 * A partition nobody has read yet answers -1. v1 tells how many records are not done (KIP-1226).
 */
export const describeShareGroupOffsets = defineApi(messages.describeShareGroupOffsets, {
  versions: [0, 1],
  handle: (context, { groups }) => ({
    throttleTimeMs: 0,
    groups: groups.map((asked) => ({ groupId: asked.groupId, ...describe(context, asked) })),
  }),
  fail: ({ groups }, errorCode) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })),
  }),
});

function describe(context: RequestContext, { groupId, topics }: Asked) {
  const refused = coordinatorGate(context, groupId);
  if (refused) return { topics: [], errorCode: codeOf(refused) };
  // Asked for everything a group knows, none at all is an answer.
  if (!context.groups.find(groupId)?.share) {
    if (topics === null) return { topics: [], errorCode: 0 };
    const errorMessage = `Group ${groupId} not found.`;
    return { topics: [], errorCode: codeOf('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  const asked = topics ?? context.groups.shares.topicIds(groupId).flatMap((id) => everything(context.catalog.byId(id)));
  return {
    errorCode: 0,
    topics: asked
      .filter(({ topicName: name }) => topics || context.may({ operation: 'describe', resource: 'topic', name }))
      .map(({ topicName, partitions }) => ({
        topicName,
        topicId: context.catalog.byName(topicName)?.id ?? zeroUuid,
        partitions: partitions.map((index) => partitionOf(context, groupId, { topicName, index })),
      })),
  };
}

function everything(topic: Topic | undefined) {
  return topic ? [{ topicName: topic.name, partitions: topic.partitions.map(({ index }) => index) }] : [];
}

function partitionOf(context: RequestContext, groupId: string, name: { topicName: string; index: number }) {
  const { topicName, index } = name;
  const blank = { partitionIndex: index, startOffset: -1n, leaderEpoch: -1, errorCode: 0 };
  if (!context.may({ operation: 'describe', resource: 'topic', name: topicName })) {
    return { ...blank, errorCode: codeOf('TOPIC_AUTHORIZATION_FAILED') };
  }
  const topic = context.catalog.byName(topicName);
  const partition = topic?.partition(index);
  if (!topic || !partition) return { ...blank, errorCode: codeOf('UNKNOWN_TOPIC_OR_PARTITION') };
  const share = context.groups.shares.find(groupId, { topicId: topic.id, index });
  if (!share) return { ...blank, leaderEpoch: 0 };
  const startOffset = BigInt(share.startOffset);
  const lag = context.version >= 1 ? { lag: BigInt(share.lagTo(Number(partition.log.watermarks.high))) } : {};
  return { ...blank, startOffset, leaderEpoch: partition.leaderEpoch, ...lag };
}
