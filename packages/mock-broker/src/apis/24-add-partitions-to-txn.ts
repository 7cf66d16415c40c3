import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { transactionGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { coordinatorError } from '../transactions/error-names.ts';
import type { PartitionName } from '../transactions/transaction.ts';

const FENCED_SINCE = 2;
const BATCHED_SINCE = 4;

type Wish = Omit<RequestOf<typeof messages.addPartitionsToTxn>['transactions'][number], 'topics'> & {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
};

/**
 * AddPartitionsToTxn makes partitions part of a transaction before anything is written to them; the first one opens it.
 *
 * All or none: one unknown partition keeps the others out. v4 and later serve brokers, which ask for many transactions at
 * once and may only want to know whether a partition belongs to one (KIP-890).
 */
export const addPartitionsToTxn = defineApi(messages.addPartitionsToTxn, {
  versions: [0, 5],
  handle(context, request) {
    if (context.version < BATCHED_SINCE)
      return { throttleTimeMs: 0, resultsByTopicV3AndBelow: results(context, onlyWish(request)) };
    const resultsByTransaction = request.transactions.map((wish) => ({
      transactionalId: wish.transactionalId,
      topicResults: results(context, wish),
    }));
    return { throttleTimeMs: 0, errorCode: 0, resultsByTransaction };
  },
  fail: ({ transactions, v3AndBelowTopics }, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    resultsByTransaction: transactions.map(({ transactionalId, topics }) => ({
      transactionalId,
      topicResults: everywhere(topics, errorCode),
    })),
    resultsByTopicV3AndBelow: everywhere(v3AndBelowTopics, errorCode),
  }),
});

function onlyWish(request: RequestOf<typeof messages.addPartitionsToTxn>): Wish {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    topics: request.v3AndBelowTopics,
    verifyOnly: false,
  };
}

function results(context: RequestContext, wish: Wish) {
  const partitions = wish.topics.flatMap(({ name: topic, partitions: indexes }) =>
    indexes.map((partition) => ({ topic, partition })),
  );
  const exists = ({ topic, partition }: PartitionName) =>
    context.catalog.byName(topic)?.partition(partition) !== undefined;
  const refused = transactionGate(context, wish.transactionalId);
  // Whether there is what is asked for comes before who asks.
  if (refused !== 'NOT_COORDINATOR' && !partitions.every(exists)) {
    return wish.topics.map(({ name, partitions: indexes }) => ({
      name,
      resultsByPartition: indexes.map((partition) => {
        const error = exists({ topic: name, partition }) ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION';
        return { partitionIndex: partition, partitionErrorCode: codeOf(error) };
      }),
    }));
  }
  const error = refused ?? add(context, wish, partitions);
  return everywhere(wish.topics, codeOf(coordinatorError(error, context.version >= FENCED_SINCE)));
}

function add({ transactions }: RequestContext, wish: Wish, partitions: readonly PartitionName[]): ErrorName {
  if (!wish.verifyOnly) return transactions.addPartitions(wish, partitions);
  return transactions.verify(wish, (transaction) => partitions.every((one) => transaction.hasPartition(one)));
}

function everywhere(topics: Wish['topics'], partitionErrorCode: number) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode })),
  }));
}
