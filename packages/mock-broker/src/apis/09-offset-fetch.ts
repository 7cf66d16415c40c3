import { messages, type RequestOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { offsetsGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { OffsetStore } from '../groups/offsets.ts';

type OffsetFetchRequest = RequestOf<typeof messages.offsetFetch>;
type AskedTopic = { readonly name: string; readonly topicId: string; readonly partitionIndexes: readonly number[] };

/**
 * OffsetFetch asks how far groups have read; a partition without a commit answers -1 and no error.
 *
 * v2 takes null for all topics. v7 may insist on offsets no open transaction can change (KIP-447). v8 asks for many groups at once, each with its own error. v9 knows members of consumer groups (KIP-848). v10 names topics by id.
 */
export const offsetFetch = defineApi(messages.offsetFetch, {
  versions: [1, 10],
  limits: [
    'Before v8 a group that is refused is answered with an error in every partition as well, not only in the answer.',
  ],
  handle(context, request) {
    const { requireStable } = request;
    if (context.version >= 8) {
      return { groups: request.groups.map((asked) => answerGroup(context, asked, requireStable)) };
    }
    const refused = offsetsGate(context, request.groupId);
    if (refused) return failTopics(request, codeOf(refused));
    const store = context.groups.find(request.groupId)?.offsets;
    const topics = request.topics?.map((topic) => ({ ...topic, topicId: zeroUuid })) ?? committedTopics(store);
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => {
          const { committedLeaderEpoch, ...entry } = describe(store, { topic: name, partition: index, requireStable });
          return context.version >= 5 ? { ...entry, committedLeaderEpoch } : entry;
        }),
      })),
    };
  },
  fail(request, errorCode) {
    if (request.groups.length === 0) return failTopics(request, errorCode);
    return { groups: request.groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })) };
  },
});

function answerGroup(context: RequestContext, asked: OffsetFetchRequest['groups'][number], requireStable: boolean) {
  const { groupId, memberId, memberEpoch } = asked;
  const refused = offsetsGate(context, groupId) ?? context.groups.judgeFetch(groupId, memberId, memberEpoch);
  if (refused !== 'NONE') return { groupId, topics: [], errorCode: codeOf(refused) };
  const store = context.groups.find(groupId)?.offsets;
  return {
    groupId,
    topics: (asked.topics ?? committedTopics(store)).map(({ name, topicId, partitionIndexes }) => {
      const topic = context.catalog.find({ name, id: topicId });
      const known = topic?.name ?? name;
      const partitions = partitionIndexes.map((partition) => {
        const described = describe(store, { topic: known, partition, requireStable });
        return known || context.version < IDS_SINCE
          ? described
          : { ...described, errorCode: codeOf('UNKNOWN_TOPIC_ID') };
      });
      return { name, topicId: topic?.id ?? topicId, partitions };
    }),
  };
}

function committedTopics(store: OffsetStore | undefined): AskedTopic[] {
  const committed = store?.list() ?? [];
  return (store?.topics() ?? []).map((name) => {
    const own = committed.filter(({ topic }) => topic === name);
    return { name, topicId: own[0]?.topicId ?? zeroUuid, partitionIndexes: own.map(({ partition }) => partition) };
  });
}

const IDS_SINCE = 10;

type Wanted = { readonly topic: string; readonly partition: number; readonly requireStable: boolean };

function describe(store: OffsetStore | undefined, { topic, partition, requireStable }: Wanted) {
  const isUnstable = requireStable && store?.isUnstable(topic, partition);
  const committed = isUnstable ? undefined : store?.get(topic, partition);
  return {
    partitionIndex: partition,
    committedOffset: committed?.offset ?? -1n,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode: codeOf(isUnstable ? 'UNSTABLE_OFFSET_COMMIT' : 'NONE'),
  };
}

/** Version 1 has no field for an error of the whole answer, so partitions carry it as well. */
function failTopics({ topics }: OffsetFetchRequest, errorCode: number) {
  return {
    errorCode,
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({
        partitionIndex,
        committedOffset: -1n,
        metadata: '',
        errorCode,
      })),
    })),
  };
}
