import { type ErrorName, messages, type RecordBatch } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import {
  type LedPartition,
  leaderHint,
  ledPartition,
  nodeEndpoints,
  type PartitionReference,
} from '../dispatch/led-partition.ts';
import { appendRecords } from '../topics/append.ts';
import { writerError } from '../transactions/error-names.ts';
import type { PartitionName } from '../transactions/transaction.ts';

/**
 * Produce stores one record batch per partition, each accepted or refused on its own.
 *
 * Version 3 is the first with record batches; 0 to 2 are advertised all the same, as real brokers do, because librdkafka
 * decides from them whether it may compress. v10 adds where the leader is, v12 lets a
 * partition join its transaction by being written to (KIP-890), v13 names topics by id.
 */
export const produce = defineApi(messages.produce, {
  versions: [3, 13],
  advertised: [0, 13],
  limits: [
    'Records inside a batch are not decoded unless compression.type or compaction asks for it: only header, length, checksum and offsets are verified.',
    'compression.type: batches are compressed anew at the one level of LZ4 there is here; with zstd only on Node from 22.15 on, else they are wrapped as zstd that is not smaller.',
    'Of the times in a batch the newest and the first are judged; while the clock is not the system’s, none (see Clock.isSharedWithClients).',
  ],
  // A sender with acks=0 hears of an error only by losing its connection, which makes it ask for metadata again.
  insteadOfReply({ acks }, { responses }) {
    if (acks !== 0) return undefined;
    const failed = responses.some(({ partitionResponses }) =>
      partitionResponses.some(({ errorCode }) => errorCode !== 0),
    );
    return failed ? 'close' : 'silent';
  },
  handle(context, { acks, transactionalId, topicData }) {
    // A topic of which nothing is sent is not answered.
    const sent = topicData.filter(({ partitionData }) => partitionData.length > 0);
    const responses = sent.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) =>
        store(
          context,
          { name, id: context.version >= IDS_SINCE ? topicId : '', index },
          { acks, records, transactionalId },
        ),
      ),
    }));
    const misled = responses.some(({ partitionResponses }) =>
      partitionResponses.some(({ errorCode }) => errorCode === codeOf('NOT_LEADER_OR_FOLLOWER')),
    );
    return { responses, ...(misled && context.version >= 10 ? { nodeEndpoints: nodeEndpoints(context) } : {}) };
  },
  fail: ({ topicData }, errorCode) => ({
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1n })),
    })),
  }),
});

const ABORTABLE_SINCE = 11;
const IDS_SINCE = 13;
const ADDS_PARTITION_SINCE = 12;

type Delivery = {
  readonly acks: number;
  readonly records: Uint8Array | null;
  readonly transactionalId: string | null;
};

function store(context: RequestContext, reference: PartitionReference, delivery: Delivery) {
  const { index } = reference;
  const { acks, records, transactionalId } = delivery;
  if (acks < -1 || acks > 1) return refuse(index, 'INVALID_REQUIRED_ACKS');
  const led = ledPartition(context, reference);
  if (led === 'NOT_LEADER_OR_FOLLOWER' && context.version >= 10) {
    const currentLeader = leaderHint(context, reference);
    return { ...refuse(index, led), ...(currentLeader && { currentLeader }) };
  }
  if (typeof led === 'string') return refuse(index, led);
  if (acks === -1 && !enoughInSync(context, led)) return refuse(index, 'NOT_ENOUGH_REPLICAS');
  const { clock, observers } = context;
  const target = { ...led, now: clock.now(), judgesTimes: clock.isSharedWithClients === true, observers };
  const place = { topic: led.topic.name, partition: index };
  const result = appendRecords(target, records, (batch) => admit(context, { transactionalId, batch, place }));
  return {
    index,
    errorCode: codeOf(result.error),
    baseOffset: result.baseOffset,
    logAppendTimeMs: result.logAppendTime,
    logStartOffset: result.logStartOffset,
    recordErrors: result.badRecords.map((batchIndex) => ({ batchIndex, batchIndexErrorMessage: result.message })),
    errorMessage: result.message,
  };
}

/** A partition is never asked for more replicas in sync than it has. */
function enoughInSync({ topology }: RequestContext, { topic, partition: { replicas } }: LedPartition): boolean {
  const needed = Math.min(topic.configs.number('min.insync.replicas'), replicas.length);
  return replicas.filter((id) => topology.isUp(id)).length >= needed;
}

type Entry = {
  readonly transactionalId: string | null;
  readonly batch: RecordBatch;
  readonly place: PartitionName;
};

/** Whether a batch may be written into the transaction of the request, which the partition may have to join first. */
function admit({ version, transactions }: RequestContext, { transactionalId, batch, place }: Entry): ErrorName {
  if (transactionalId === null) return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
  const { producerId, producerEpoch } = batch;
  const claim = { transactionalId, producerId, producerEpoch };
  const error =
    version >= ADDS_PARTITION_SINCE
      ? transactions.addPartitions(claim, [place])
      : transactions.verify(claim, (transaction) => transaction.hasPartition(place));
  return writerError(error, version >= ABORTABLE_SINCE);
}

function refuse(index: number, error: Parameters<typeof codeOf>[0]) {
  return { index, errorCode: codeOf(error), baseOffset: -1n };
}
