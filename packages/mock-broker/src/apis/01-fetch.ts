import { messages, RecordBatch, type RequestOf, type ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { leaderHint, ledPartition, nodeEndpoints, type PartitionReference } from '../dispatch/led-partition.ts';
import { parkUntil } from '../log/fetch-waiters.ts';
import type { Partition } from '../topics/partition.ts';

type FetchRequest = RequestOf<typeof messages.fetch>;
type FetchResponse = ResponseInput<typeof messages.fetch>;
type Wanted = PartitionReference & {
  readonly offset: bigint;
  readonly maxBytes: number;
  /** Nothing that is not decided yet may be read. */
  readonly committed: boolean;
};

const READ_COMMITTED = 1;

/**
 * Fetch reads whole batches from an offset on, and waits up to `maxWaitMs` until there are `minBytes` of them.
 *
 * An append answers the wait within the same turn of the event loop. The first batch is given whole even when it exceeds
 * the limits, so a consumer always gets on (KIP-74). Who reads
 * committed records only gets none from the last stable offset on, and with the others the aborted ranges (KIP-98). v13 names topics by id; v16 adds where the leader is.
 */
export const fetch = defineApi(messages.fetch, {
  versions: [4, 18],
  limits: [
    'Fetch sessions are declined: every answer has session id 0, so clients send full requests.',
    'Records are served by leaders only; the rack of a consumer is ignored.',
    'Replicas do not fetch: all nodes share one log.',
    'Diverging epochs are never reported: acknowledged records are never truncated.',
  ],
  handle(context, request) {
    // No session was ever given out, so an id can only come from another cluster's or an earlier broker's.
    if (request.sessionId !== 0) return empty('FETCH_SESSION_ID_NOT_FOUND');
    const wanted = wantedOf(request);
    if (isReady(context, request, wanted)) return collect(context, request);
    return parkUntil({
      clock: context.clock,
      maxWaitMs: request.maxWaitMs,
      signals: [context.closed, ...partitionsOf(context, wanted).map(({ changed }) => changed)],
      ready: () => isReady(context, request, wanted),
    }).then(() => collect(context, request));
  },
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => refusal(partition, errorCode)),
    })),
  }),
});

function wantedOf({ topics, isolationLevel }: FetchRequest): Wanted[] {
  const committed = isolationLevel === READ_COMMITTED;
  return topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((entry) => toWanted({ name: topic, id: topicId, committed }, entry)),
  );
}

function toWanted(
  topic: { name: string; id: string; committed: boolean },
  entry: FetchRequest['topics'][number]['partitions'][number],
): Wanted {
  const { partition: index, currentLeaderEpoch: leaderEpoch, fetchOffset: offset, partitionMaxBytes: maxBytes } = entry;
  return { ...topic, index, leaderEpoch, offset, maxBytes };
}

function partitionsOf(context: RequestContext, wanted: readonly Wanted[]): Partition[] {
  return wanted
    .map((one) => ledPartition(context, one))
    .flatMap((led) => (typeof led === 'string' ? [] : [led.partition]));
}

/** Enough bytes, or something the client has to hear at once. */
function isReady(context: RequestContext, request: FetchRequest, wanted: readonly Wanted[]): boolean {
  let missing = request.minBytes;
  if (wanted.length === 0 || request.maxWaitMs <= 0 || missing <= 0) return true;
  for (const one of wanted) {
    const led = ledPartition(context, one);
    if (typeof led === 'string' || outOfRange(led.partition, one.offset)) return true;
    const { log } = led.partition;
    missing -= log.availableFrom(one.offset, missing, one.committed ? log.watermarks.lastStable : undefined);
    if (missing <= 0) return true;
  }
  return false;
}

function outOfRange({ log: { watermarks } }: Partition, offset: bigint): boolean {
  return offset < watermarks.logStart || offset > watermarks.end;
}

function collect(context: RequestContext, request: FetchRequest): FetchResponse {
  const budget = { left: request.maxBytes, started: false };
  const committed = request.isolationLevel === READ_COMMITTED;
  let misled = false;
  const responses = request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map((entry) => {
      const answer = read(context, toWanted({ name: topic, id: topicId, committed }, entry), budget);
      misled ||= answer.errorCode === codeOf('NOT_LEADER_OR_FOLLOWER');
      return answer;
    }),
  }));
  const endpoints = misled && context.version >= 16 ? { nodeEndpoints: nodeEndpoints(context) } : {};
  return { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses, ...endpoints };
}

function read(context: RequestContext, wanted: Wanted, budget: { left: number; started: boolean }) {
  const led = ledPartition(context, wanted);
  if (typeof led === 'string') {
    const hint = led === 'NOT_LEADER_OR_FOLLOWER' && context.version >= 12 ? leaderHint(context, wanted) : undefined;
    return { ...refusal(wanted.index, codeOf(led)), ...(hint && { currentLeader: hint }) };
  }
  const { log } = led.partition;
  const { high, lastStable, logStart } = log.watermarks;
  const bounds = { highWatermark: high, lastStableOffset: lastStable, logStartOffset: logStart };
  if (outOfRange(led.partition, wanted.offset)) return refusal(wanted.index, codeOf('OFFSET_OUT_OF_RANGE'));
  const before = wanted.committed ? lastStable : undefined;
  const maxBytes = Math.min(wanted.maxBytes, budget.left);
  const batches = log.read(wanted.offset, { maxBytes, atLeastOne: !budget.started, before });
  if (batches.length > 0) budget.started = true;
  const size = batches.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  budget.left = Math.max(0, budget.left - size);
  const abortedTransactions = before === undefined ? null : aborted(led.partition, wanted.offset, batches);
  const records = context.splice.of(batches);
  return { partitionIndex: wanted.index, errorCode: 0, ...bounds, abortedTransactions, records };
}

/** The aborted transactions a reader of these batches has to leave out. */
function aborted({ log }: Partition, offset: bigint, batches: readonly Uint8Array[]) {
  const last = batches.at(-1);
  if (!last) return [];
  const ranges = log.transactions.aborted.between(offset, new RecordBatch(last).nextOffset);
  return ranges.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
}

function refusal(partitionIndex: number, errorCode: number) {
  return { partitionIndex, errorCode, highWatermark: -1n, abortedTransactions: null, records: new Uint8Array() };
}

function empty(error: 'FETCH_SESSION_ID_NOT_FOUND'): FetchResponse {
  return { throttleTimeMs: 0, errorCode: codeOf(error), sessionId: 0, responses: [] };
}
