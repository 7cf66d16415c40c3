import {
  type ErrorName,
  type messages,
  RecordBatch,
  type RequestOf,
  type ResponseInput,
  zeroUuid,
} from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { codeOf } from '../dispatch/errors.ts';
import { heldPartition, type LedPartition, leaderHint, ledPartition } from '../dispatch/led-partition.ts';
import type { Partition } from '../topics/partition.ts';
import { preferredReplica } from './replica-selector.ts';
import type { Wanted } from './wanted.ts';

type FetchResponse = ResponseInput<typeof messages.fetch>;
type TopicAnswer = FetchResponse['responses'][number];

/** One partition's part of the answer. */
export type PartitionAnswer = TopicAnswer['partitions'][number];

/** What was asked for a partition, and what is answered. */
export type Reading = { readonly wanted: Wanted; readonly answer: PartitionAnswer };

/** How much is read, and how much is waited for. */
export type FetchLimits = Pick<
  RequestOf<typeof messages.fetch>,
  'maxWaitMs' | 'minBytes' | 'maxBytes' | 'isolationLevel' | 'rackId'
>;

const READ_COMMITTED = 1;

/** Found out before a log is looked at; real brokers then answer with an empty list of aborted transactions, not with none. */
const lookUps: ReadonlySet<ErrorName> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'TOPIC_AUTHORIZATION_FAILED',
]);
const FOLLOWERS_SINCE = 11;
/** Consumers are told where the leader is since KIP-951; the field is older, for replicas. */
const HINTS_SINCE = 16;
/** Errors of a client that takes another node, or another time, for the leader's. */
const MISLED: readonly ErrorName[] = ['NOT_LEADER_OR_FOLLOWER', 'FENCED_LEADER_EPOCH'];

/** Enough bytes, or something the client has to hear at once. */
export function isReady(context: RequestContext, limits: FetchLimits, wanted: readonly Wanted[]): boolean {
  let missing = limits.minBytes;
  if (wanted.length === 0 || limits.maxWaitMs <= 0 || missing <= 0) return true;
  for (const one of wanted) {
    const led = readable(context, one);
    if (typeof led === 'string' || outOfRange(led.partition, one.offset)) return true;
    if (preferredReplica(context, led.partition, { rack: limits.rackId, offset: one.offset }) >= 0) return true;
    missing -= led.partition.log.availableFrom(one.offset, missing, readableEnd(led.partition, limits));
    if (missing <= 0) return true;
  }
  return false;
}

/** Reads every partition, in order, until the limits are met. */
export function readAll(context: RequestContext, limits: FetchLimits, wanted: readonly Wanted[]): Reading[] {
  let left = limits.maxBytes;
  let started = false;
  return wanted.map((one) => {
    const led = readable(context, one);
    if (typeof led === 'string') return { wanted: one, answer: misled(context, one, led) };
    if (outOfRange(led.partition, one.offset)) {
      return { wanted: one, answer: refusal(one.index, codeOf('OFFSET_OUT_OF_RANGE')) };
    }
    const preferredReadReplica = preferredReplica(context, led.partition, { rack: limits.rackId, offset: one.offset });
    const before = readableEnd(led.partition, limits);
    const reach = { maxBytes: Math.min(one.maxBytes, left), atLeastOne: !started, before };
    const batches = preferredReadReplica >= 0 ? [] : led.partition.log.read(one.offset, reach);
    started ||= batches.length > 0;
    left = Math.max(0, left - batches.reduce((sum, bytes) => sum + bytes.byteLength, 0));
    const { high, lastStable, logStart } = led.partition.log.watermarks;
    const answer = {
      partitionIndex: one.index,
      errorCode: 0,
      highWatermark: high,
      lastStableOffset: lastStable,
      logStartOffset: logStart,
      abortedTransactions: before === undefined ? null : aborted(led.partition, one.offset, batches),
      preferredReadReplica,
      records: context.splice.of(batches),
    };
    return { wanted: one, answer };
  });
}

/** Partitions of one topic that stand side by side are answered as one topic, in the order they were read. */
export function byTopic(readings: readonly Reading[]): TopicAnswer[] {
  const topics: (Omit<TopicAnswer, 'partitions'> & { partitions: PartitionAnswer[] })[] = [];
  for (const { wanted, answer } of readings) {
    const last = topics.at(-1);
    if (last && last.topic === wanted.name && last.topicId === (wanted.id || zeroUuid)) last.partitions.push(answer);
    else topics.push({ topic: wanted.name ?? '', topicId: wanted.id || zeroUuid, partitions: [answer] });
  }
  return topics;
}

/** The answer that refuses one partition. */
export function refusal(partitionIndex: number, errorCode: number): PartitionAnswer {
  return { partitionIndex, errorCode, highWatermark: -1n, abortedTransactions: null, records: new Uint8Array() };
}

/**
 * The partition, if its reader may read it and the node asked has it: as its leader, for those who do not know that
 * followers may be asked. Looked at each time: sessions outlive rules.
 */
export function readable(context: RequestContext, wanted: Wanted): LedPartition | ErrorName {
  const name = wanted.name || context.catalog.byId(wanted.id)?.name;
  const isHidden = name !== undefined && !context.may({ operation: 'read', resource: 'topic', name });
  const partition = context.version >= FOLLOWERS_SINCE ? heldPartition : ledPartition;
  if (isHidden) return 'TOPIC_AUTHORIZATION_FAILED';
  const led = partition(context, wanted);
  return typeof led === 'string' ? led : (misplaced(wanted, led) ?? led);
}

/** Why a reader who says who it is, or what it has read before, cannot be served. */
function misplaced({ replicaId, leaderEpoch, lastFetchedEpoch }: Wanted, { partition }: LedPartition) {
  if (replicaId >= 0 && !partition.replicas.includes(replicaId)) {
    return (leaderEpoch ?? -1) >= 0 ? 'UNKNOWN_LEADER_EPOCH' : 'NOT_LEADER_OR_FOLLOWER';
  }
  return lastFetchedEpoch > partition.leaderEpoch ? 'OFFSET_OUT_OF_RANGE' : undefined;
}

function misled(context: RequestContext, wanted: Wanted, error: ErrorName): PartitionAnswer {
  const mayBeTold = wanted.replicaId < 0 && context.version >= HINTS_SINCE;
  const hint = mayBeTold && MISLED.includes(error) ? leaderHint(context, wanted) : undefined;
  const nothing = lookUps.has(error) ? { abortedTransactions: [] } : {};
  return { ...refusal(wanted.index, codeOf(error)), ...nothing, ...(hint && { currentLeader: hint }) };
}

function outOfRange({ log: { watermarks } }: Partition, offset: bigint): boolean {
  return offset < watermarks.logStart || offset > watermarks.end;
}

/** Where reading ends for those who want committed records only. */
function readableEnd({ log }: Partition, { isolationLevel }: FetchLimits): bigint | undefined {
  return isolationLevel === READ_COMMITTED ? log.watermarks.lastStable : undefined;
}

/** The aborted transactions a reader of these batches has to leave out. */
function aborted({ log }: Partition, offset: bigint, batches: readonly Uint8Array[]) {
  const last = batches.at(-1);
  if (!last) return [];
  const ranges = log.transactions.aborted.between(offset, new RecordBatch(last).nextOffset);
  return ranges.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
}
