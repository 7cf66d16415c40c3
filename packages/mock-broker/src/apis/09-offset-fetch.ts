import { messages, type RequestOf, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { CommittedOffset, OffsetStore } from '../groups/offsets.ts';

type OffsetFetchRequest = RequestOf<typeof messages.offsetFetch>;
type AskedTopic = { readonly name: string; readonly topicId: string; readonly partitionIndexes: readonly number[] };

/**
 * OffsetFetch asks how far groups have read; a partition without a commit answers -1 and no error.
 *
 * v2 takes null for all topics. v8 asks for many groups at once, each with its own error. v10 names topics by id.
 */
export const offsetFetch = defineApi(messages.offsetFetch, {
  versions: [1, 10],
  limits: ['requireStable has nothing to wait for: there are no transactions yet.'],
  handle(context, request) {
    if (context.version >= 8) return { groups: request.groups.map((asked) => answerGroup(context, asked)) };
    const refused = coordinatorGate(context, request.groupId);
    if (refused) return failTopics(request, codeOf(refused));
    const store = context.groups.find(request.groupId)?.offsets;
    const topics = request.topics?.map((topic) => ({ ...topic, topicId: zeroUuid })) ?? committedTopics(store);
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => {
          const { committedLeaderEpoch, ...entry } = describe(index, store?.get(name, index));
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

function answerGroup(context: RequestContext, asked: OffsetFetchRequest['groups'][number]) {
  const { groupId } = asked;
  const refused = coordinatorGate(context, groupId);
  if (refused) return { groupId, topics: [], errorCode: codeOf(refused) };
  const store = context.groups.find(groupId)?.offsets;
  return {
    groupId,
    topics: (asked.topics ?? committedTopics(store)).map(({ name, topicId, partitionIndexes }) => {
      const topic = context.catalog.find({ name, id: topicId });
      const errorCode = codeOf(name || topic ? 'NONE' : 'UNKNOWN_TOPIC_ID');
      const committed = (index: number) => store?.get(topic?.name ?? name, index);
      const partitions = partitionIndexes.map((index) => ({ ...describe(index, committed(index)), errorCode }));
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

function describe(partitionIndex: number, committed: CommittedOffset | undefined) {
  return {
    partitionIndex,
    committedOffset: committed?.offset ?? -1n,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode: 0,
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
