import { type ErrorName, messages, type RequestOf, type ResponseInput, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { nodeEndpoints } from '../dispatch/led-partition.ts';
import type { NamedPart } from '../faults/parts.ts';
import { byTopic, isReady, type Reading, readAll, readable, refusal } from '../fetch/read.ts';
import type { FetchSession } from '../fetch/session.ts';
import { forgottenOf, type Wanted, wantedOf } from '../fetch/wanted.ts';
import { parkUntil } from '../log/fetch-waiters.ts';

type FetchRequest = RequestOf<typeof messages.fetch>;
type FetchResponse = ResponseInput<typeof messages.fetch>;

const NO_SESSION = -1;
const NEW_SESSION = 0;
const IDS_SINCE = 13;

/**
 * Fetch reads whole batches from an offset on, and waits up to `maxWaitMs` until there are `minBytes` of them.
 *
 * An append answers the wait within the same turn of the event loop. The first batch is given whole even when it exceeds
 * the limits, so a consumer always gets on (KIP-74). Who reads committed records only gets none from the last stable
 * offset on, and with the others the aborted ranges (KIP-98). v7 brings sessions: partitions are named once, and answered
 * when there is something new (KIP-227). From v11 on followers answer too, and the
 * leader may send a consumer to one in its rack (KIP-392). v13 names topics by id; v16 adds where the leader is.
 */
export const fetch = defineApi(messages.fetch, {
  versions: [4, 18],
  limits: [
    'Replicas do not fetch: all nodes share one log.',
    'Diverging epochs are never reported: acknowledged records are never truncated.',
  ],
  handle(context, request) {
    const session = sessionOf(context, request);
    if (typeof session === 'string') return answer(context, { session: undefined, error: session, readings: [] });
    const wanted = session?.wanted() ?? wantedOf(request, context.version >= IDS_SINCE);
    const collect = (): FetchResponse => {
      const readings = readAll(context, request, wanted);
      return answer(context, { session, readings: session?.news(readings) ?? readings });
    };
    if (isReady(context, request, wanted)) return collect();
    return parkUntil({
      clock: context.clock,
      maxWaitMs: request.maxWaitMs,
      signals: [context.closed, ...changesOf(context, wanted)],
      ready: () => isReady(context, request, wanted),
    }).then(collect);
  },
  impliedParts({ fetchSessions, catalog, nodeId }, { sessionId }) {
    const wanted = fetchSessions.find(nodeId, sessionId)?.wanted() ?? [];
    return wanted.flatMap((one) => {
      const topic = catalog.find(one);
      return topic ? [{ topic: topic.name, partition: one.index }] : [];
    });
  },
  // The session goes on, and who is refused a partition hears of it at once.
  besideRefusal: (request) => ({ ...request, maxWaitMs: 0 }),
  requestFor: (request, parts) => ({ ...request, topics: parts.map(partitionToFetch) }),
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

/** The session of a request, made, gone on with or ended as the epoch says; `undefined` for a request without one. */
function sessionOf(context: RequestContext, request: FetchRequest): FetchSession | undefined | ErrorName {
  const { fetchSessions, nodeId, version } = context;
  const { sessionId, sessionEpoch } = request;
  const claim = { nodeId, sessionId, sessionEpoch, usesIds: version >= IDS_SINCE };
  if (sessionEpoch === NO_SESSION || sessionEpoch === NEW_SESSION) {
    fetchSessions.end(nodeId, sessionId);
    const created = sessionEpoch === NEW_SESSION ? fetchSessions.create(claim) : undefined;
    created?.update(wantedOf(request, context.version >= IDS_SINCE), []);
    return created;
  }
  const session = fetchSessions.resume(claim);
  if (typeof session === 'string') return session;
  session.update(wantedOf(request, context.version >= IDS_SINCE), forgottenOf(request));
  if (session.size > 0) return session;
  fetchSessions.end(nodeId, sessionId);
  return undefined;
}

function partitionToFetch({ topic, topicId, partition = 0 }: NamedPart): FetchRequest['topics'][number] {
  const anywhere = { currentLeaderEpoch: -1, fetchOffset: 0n, lastFetchedEpoch: -1, logStartOffset: -1n };
  const unlimited = { replicaDirectoryId: zeroUuid, highWatermark: -1n, partitionMaxBytes: 0 };
  return { topic, topicId, partitions: [{ partition, ...anywhere, ...unlimited }] };
}

type Outcome = {
  readonly session: FetchSession | undefined;
  readonly readings: readonly Reading[];
  readonly error?: ErrorName;
};

function answer(context: RequestContext, { session, readings, error = 'NONE' }: Outcome): FetchResponse {
  const isMisled = readings.some(({ answer: { currentLeader } }) => currentLeader !== undefined);
  return {
    throttleTimeMs: 0,
    errorCode: codeOf(error),
    sessionId: session?.id ?? 0,
    responses: byTopic(readings),
    ...(isMisled ? { nodeEndpoints: nodeEndpoints(context) } : {}),
  };
}

function changesOf(context: RequestContext, wanted: readonly Wanted[]) {
  return wanted
    .map((one) => readable(context, one))
    .flatMap((led) => (typeof led === 'string' ? [] : [led.partition.changed]));
}
