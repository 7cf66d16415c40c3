import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { offsetsGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { type OffsetWish, offsetEntry, partitionsOf, unknownPlace } from '../groups/offset-entry.ts';

/**
 * OffsetCommit stores how far a group has read, per partition.
 *
 * A member commits in its generation; with nobody in the group anybody may (admin tools, consumers without a group). Up to v4
 * the client says how long to keep it (KIP-211). v6 keeps the leader epoch, v7 checks static members, v9 knows members of consumer groups (KIP-848), v10 names topics by id.
 */
export const offsetCommit = defineApi(messages.offsetCommit, {
  versions: [2, 10],
  handle(context, request) {
    const { retentionTimeMs } = request;
    const claim = { ...request, generationId: request.generationIdOrMemberEpoch };
    const attempt = { version: context.version, partitions: partitionsOf(context, request.topics) };
    const refused =
      offsetsGate(context, request.groupId) ?? context.groups.judgeCommit(request.groupId, claim, attempt);
    return {
      topics: request.topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map((entry) => ({
          partitionIndex: entry.partitionIndex,
          errorCode: codeOf(
            unknownPlace(context, { ...entry, name, topicId }) ??
              (refused === 'NONE'
                ? store(context, request.groupId, { ...entry, name, topicId, retentionTimeMs })
                : refused),
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

function store(context: RequestContext, groupId: string, wish: OffsetWish): ErrorName {
  const entry = offsetEntry(context, wish);
  if (typeof entry === 'string') return entry;
  context.groups.commit(groupId, entry);
  return 'NONE';
}
