import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import { isAtLeast } from '../cluster/releases.ts';
import type { RequestContext } from '../dispatch/context.ts';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { offsetEntry, partitionsOf, unknownPlace } from '../groups/offset-entry.ts';
import { writerError } from '../transactions/error-names.ts';

type Request = RequestOf<typeof messages.txnOffsetCommit>;

const ABORTABLE_SINCE = 4;
const ADDS_GROUP_SINCE = 5;

/**
 * TxnOffsetCommit sends a group's offsets as part of a transaction: nobody sees them before it is committed.
 *
 * v3 brings member and generation, and those who left the group are refused (KIP-447). v5 makes the group part of the
 * transaction by itself (KIP-890); before, AddOffsetsToTxn must have.
 */
export const txnOffsetCommit = defineApi(messages.txnOffsetCommit, {
  versions: [0, 5],
  handle(context, request) {
    const refused = coordinatorGate(context, request.groupId) ?? judge(context, request);
    return {
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((entry) => ({
          partitionIndex: entry.partitionIndex,
          errorCode: codeOf(
            unknownPlace(context, { ...entry, name, topicId: '' }) ??
              (refused === 'NONE' ? hold(context, request, { ...entry, name, topicId: '' }) : refused),
          ),
        })),
      })),
    };
  },
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
});

function judge(context: RequestContext, request: Request): ErrorName {
  const { version, transactions, groups } = context;
  const { groupId } = request;
  const error =
    version >= ADDS_GROUP_SINCE
      ? transactions.addGroup(request, groupId)
      : transactions.verify(request, (transaction) => transaction.hasGroup(groupId));
  if (error !== 'NONE' && (asksCoordinator(context) || isFenced(error)))
    return writerError(error, version >= ABORTABLE_SINCE);
  return groups.judgeTransactionalCommit(groupId, request, {
    version,
    partitions: partitionsOf(context, request.topics),
  });
}

/** Whether the release asks about the transaction before it writes (KIP-890); others only fence former epochs. */
function asksCoordinator({ options }: RequestContext): boolean {
  return isAtLeast(options.asVersion, '3.7');
}

function isFenced(error: ErrorName): boolean {
  return error === 'PRODUCER_FENCED' || error === 'INVALID_PRODUCER_EPOCH';
}

function hold(
  context: RequestContext,
  { groupId, producerId }: Request,
  asked: Parameters<typeof offsetEntry>[1],
): ErrorName {
  const entry = offsetEntry(context, asked);
  if (typeof entry === 'string') return entry;
  context.groups.hold(groupId, producerId, entry);
  return 'NONE';
}
