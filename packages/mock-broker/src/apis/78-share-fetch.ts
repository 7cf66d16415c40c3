import { type ErrorName, messages, type RequestOf, type ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { leaderHint, nodeEndpoints } from '../dispatch/led-partition.ts';
import { parkUntil } from '../log/fetch-waiters.ts';
import { type Acknowledged, acknowledgeAll, type Reader, releaseAll, sharedPartition } from '../share/fetch.ts';
import { finalEpoch, type SharedName, type ShareSession } from '../share/sessions.ts';

type Request = RequestOf<typeof messages.shareFetch>;
type Response = ResponseInput<typeof messages.shareFetch>;
type PartitionAnswer = Response['responses'][number]['partitions'][number];
type Reading = { readonly name: SharedName; readonly answer: PartitionAnswer };

const STRICT = 1;

/**
 * ShareFetch acquires records for one member of a share group, and first takes in what became of earlier ones (KIP-932).
 *
 * Partitions are named once per session. The answer waits until there is something to acquire. Epoch -1 ends the session
 * and frees what the member still has. v2 may insist on the number of records (KIP-1206) and renews locks (KIP-1222).
 */
export const shareFetch = defineApi(messages.shareFetch, {
  versions: [1, 2],
  limits: [
    'The number of share sessions of a node is not limited.',
    'State of share groups is kept by the cluster, not by a persister: there is no __share_group_state topic.',
    'Partitions are read in the order in which the session has them.',
  ],
  handle(context, request) {
    const reader = { groupId: request.groupId ?? '', memberId: request.memberId ?? '' };
    const complaint = complaintAbout(request);
    const session = complaint ?? sessionOf(context, reader, request);
    if (typeof session === 'string') return { ...blank(codeOf(session)), acquisitionLockTimeoutMs: 0 };
    const acknowledged = acknowledgeAll(context, reader, request);
    if (request.shareSessionEpoch === finalEpoch) {
      releaseAll(context, reader, session);
      context.shareSessions.end(context.nodeId, reader);
      return answer(context, reader, { acknowledged, readings: [] });
    }
    const collect = (): Response =>
      answer(context, reader, { acknowledged, readings: readAll(context, reader, { request, session }) });
    const ready = () => isReady(context, reader, session);
    if (request.isRenewAck || request.maxRecords <= 0 || ready()) return collect();
    const signals = [context.closed, ...signalsOf(context, reader, session)];
    return parkUntil({ clock: context.clock, maxWaitMs: request.maxWaitMs, signals, ready }).then(collect);
  },
  fail: ({ topics }, errorCode) => ({
    ...blank(errorCode),
    responses: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ ...nothing(partitionIndex), errorCode })),
    })),
  }),
});

function complaintAbout({ groupId, memberId, shareSessionEpoch, topics, isRenewAck }: Request): ErrorName | undefined {
  if (!groupId || !memberId) return 'INVALID_REQUEST';
  const hasAcks = topics.some(({ partitions }) => partitions.some((one) => one.acknowledgementBatches.length > 0));
  // Who only begins has nothing to speak about.
  if (shareSessionEpoch === 0 && (hasAcks || isRenewAck)) return 'INVALID_REQUEST';
  return undefined;
}

function sessionOf(context: RequestContext, reader: Reader, request: Request): ShareSession | ErrorName {
  const { shareSessions, nodeId } = context;
  const claim = { ...reader, epoch: request.shareSessionEpoch };
  const isNew = claim.epoch === 0;
  const former = isNew ? shareSessions.find(nodeId, reader) : undefined;
  if (former) releaseAll(context, reader, former);
  const session = isNew ? shareSessions.open(nodeId, claim) : shareSessions.resume(nodeId, claim);
  if (typeof session === 'string') return session;
  if (isNew) freeWhenClosed(context, reader, session);
  for (const { topicId, partitions } of request.topics) {
    for (const { partitionIndex: index } of partitions)
      session.partitions.set(`${topicId}:${index}`, { topicId, index });
  }
  if (claim.epoch === finalEpoch) return session;
  for (const { topicId, partitions } of request.forgottenTopicsData) {
    for (const index of partitions) session.partitions.delete(`${topicId}:${index}`);
  }
  return session;
}

/** A member whose connection ends cannot speak of its records any more: others get them. */
function freeWhenClosed(context: RequestContext, reader: Reader, session: ShareSession): void {
  const undo = context.closed.subscribe(() => {
    undo();
    if (context.shareSessions.find(context.nodeId, reader) !== session) return;
    releaseAll(context, reader, session);
    context.shareSessions.end(context.nodeId, reader);
  });
}

function isReady(context: RequestContext, reader: Reader, session: ShareSession): boolean {
  const rules = context.groups.shares.rulesOf(reader.groupId);
  return [...session.partitions.values()].some((name) => {
    const shared = sharedPartition(context, reader, name);
    return typeof shared === 'string' || shared.share.hasMore(rules);
  });
}

function signalsOf(context: RequestContext, reader: Reader, session: ShareSession) {
  return [...session.partitions.values()].flatMap((name) => {
    const shared = sharedPartition(context, reader, name);
    return typeof shared === 'string' ? [] : [shared.partition.changed, shared.share.changed];
  });
}

/** Acquires from one partition after the other, until the member has as many records as it wants. */
function readAll(
  context: RequestContext,
  reader: Reader,
  { request, session }: { readonly request: Request; readonly session: ShareSession },
): Reading[] {
  // The client is gone, or has another session by now: what it got would be locked for nothing.
  if (request.isRenewAck || context.shareSessions.find(context.nodeId, reader) !== session) return [];
  const rules = context.groups.shares.rulesOf(reader.groupId);
  let [records, bytes] = [request.maxRecords, request.maxBytes];
  return [...session.partitions.values()].flatMap((name): Reading[] => {
    const shared = sharedPartition(context, reader, name);
    if (typeof shared === 'string') return [{ name, answer: misled(context, name, shared) }];
    if (records <= 0 || bytes <= 0) return [];
    const wish = {
      memberId: reader.memberId,
      maxRecords: records,
      maxBytes: bytes,
      strict: request.shareAcquireMode === STRICT,
    };
    const { ranges, batches } = shared.share.acquire(wish, rules);
    if (ranges.length === 0) return [];
    for (const { first, last } of ranges) records -= last - first + 1;
    for (const one of batches) bytes -= one.byteLength;
    const acquiredRecords = ranges.flatMap((range) => cut(range, request.batchSize));
    return [{ name, answer: { ...nothing(name.index), records: context.splice.of(batches), acquiredRecords } }];
  });
}

/** No acquired range is longer than the client's batch size. */
function cut(range: { first: number; last: number; deliveryCount: number }, batchSize: number) {
  const size = batchSize > 0 ? batchSize : Number.MAX_SAFE_INTEGER;
  const parts: { firstOffset: bigint; lastOffset: bigint; deliveryCount: number }[] = [];
  for (let first = range.first; first <= range.last; first += size) {
    const last = Math.min(range.last, first + size - 1);
    parts.push({ firstOffset: BigInt(first), lastOffset: BigInt(last), deliveryCount: range.deliveryCount });
  }
  return parts;
}

function misled(context: RequestContext, { topicId, index }: SharedName, error: ErrorName): PartitionAnswer {
  const hint = error === 'NOT_LEADER_OR_FOLLOWER' ? leaderHint(context, { name: null, id: topicId, index }) : undefined;
  return { ...nothing(index), errorCode: codeOf(error), ...(hint && { currentLeader: hint }) };
}

type Outcome = { readonly acknowledged: readonly Acknowledged[]; readonly readings: readonly Reading[] };

function answer(context: RequestContext, { groupId }: Reader, { acknowledged, readings }: Outcome): Response {
  const topics = new Map<string, Map<number, PartitionAnswer>>();
  const put = (topicId: string, partition: PartitionAnswer): void => {
    const own = topics.get(topicId) ?? new Map<number, PartitionAnswer>();
    own.set(partition.partitionIndex, partition);
    topics.set(topicId, own);
  };
  for (const { name, answer: partition } of readings) put(name.topicId, partition);
  for (const { topicId, index, error } of acknowledged) {
    const partition = topics.get(topicId)?.get(index) ?? nothing(index);
    put(topicId, { ...partition, acknowledgeErrorCode: codeOf(error) });
  }
  const isMisled = readings.some((one) => one.answer.errorCode === codeOf('NOT_LEADER_OR_FOLLOWER'));
  return {
    ...blank(0),
    acquisitionLockTimeoutMs: context.groups.shares.rulesOf(groupId).lockMs,
    responses: [...topics].map(([topicId, partitions]) => ({ topicId, partitions: [...partitions.values()] })),
    nodeEndpoints: isMisled ? nodeEndpoints(context) : [],
  };
}

function nothing(partitionIndex: number): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: 0,
    acknowledgeErrorCode: 0,
    currentLeader: { leaderId: 0, leaderEpoch: 0 },
    records: new Uint8Array(),
    acquiredRecords: [],
  };
}

function blank(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, acquisitionLockTimeoutMs: 0, responses: [], nodeEndpoints: [] };
}
