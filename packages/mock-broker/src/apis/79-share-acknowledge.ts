import { type ErrorName, messages, type ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { leaderHint, nodeEndpoints } from '../dispatch/led-partition.ts';
import { type Acknowledged, acknowledgeAll, releaseAll } from '../share/fetch.ts';
import { finalEpoch } from '../share/sessions.ts';

type Response = ResponseInput<typeof messages.shareAcknowledge>;

/**
 * ShareAcknowledge says what became of acquired records: accepted, released to be delivered again, rejected, or, since v2,
 * still in work (KIP-1222).
 *
 * It counts in the session ShareFetch opened; epoch -1 ends it. A partition is acknowledged wholly or not at all.
 */
export const shareAcknowledge = defineApi(messages.shareAcknowledge, {
  versions: [1, 2],
  handle(context, request) {
    const { groups, shareSessions, nodeId, version } = context;
    const reader = { groupId: request.groupId ?? '', memberId: request.memberId ?? '' };
    const { shareSessionEpoch: epoch } = request;
    if (!reader.groupId || !reader.memberId) return refusal('INVALID_REQUEST');
    if (epoch === 0) return refusal('INVALID_SHARE_SESSION_EPOCH');
    const session = shareSessions.resume(nodeId, { ...reader, epoch });
    if (typeof session === 'string') return refusal(session);
    const acknowledged = acknowledgeAll(context, reader, request);
    if (epoch === finalEpoch) {
      releaseAll(context, reader, session);
      shareSessions.end(nodeId, reader);
    }
    const locks = version >= 2 ? { acquisitionLockTimeoutMs: groups.shares.rulesOf(reader.groupId).lockMs } : {};
    return { ...blank(0), ...locks, ...answer(context, acknowledged) };
  },
  fail: ({ topics }, errorCode) => ({
    ...blank(errorCode),
    responses: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ ...nowhere, partitionIndex, errorCode })),
    })),
  }),
});

const nowhere = { currentLeader: { leaderId: 0, leaderEpoch: 0 } } as const;

function answer(context: RequestContext, acknowledged: readonly Acknowledged[]) {
  const topicIds = [...new Set(acknowledged.map(({ topicId }) => topicId))];
  const responses = topicIds.map((topicId) => ({
    topicId,
    partitions: acknowledged
      .filter((one) => one.topicId === topicId)
      .map(({ index, error }) => {
        const isMisled = error === 'NOT_LEADER_OR_FOLLOWER';
        const hint = isMisled ? leaderHint(context, { name: null, id: topicId, index }) : undefined;
        const currentLeader = hint ?? nowhere.currentLeader;
        return { partitionIndex: index, errorCode: codeOf(error), currentLeader };
      }),
  }));
  const isMisled = acknowledged.some(({ error }) => error === 'NOT_LEADER_OR_FOLLOWER');
  return { responses, nodeEndpoints: isMisled ? nodeEndpoints(context) : [] };
}

function refusal(error: ErrorName): Response {
  return blank(codeOf(error));
}

function blank(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, responses: [], nodeEndpoints: [] };
}
