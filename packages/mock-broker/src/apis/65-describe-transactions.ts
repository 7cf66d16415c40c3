import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { transactionGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { offsetsPartition } from '../groups/offsets-partition.ts';
import type { Transaction } from '../transactions/transaction.ts';

/** DescribeTransactions shows state, owner and partitions of transactions; groups show as `__consumer_offsets` (KIP-664). */
export const describeTransactions = defineApi(messages.describeTransactions, {
  versions: [0, 0],
  handle: (context, { transactionalIds }) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map((id) => describe(context, id)),
  }),
  fail: ({ transactionalIds }, errorCode) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map((id) => unknown(id, errorCode)),
  }),
});

function describe(context: RequestContext, transactionalId: string) {
  const refused = transactionGate(context, transactionalId);
  if (refused) return unknown(transactionalId, codeOf(refused));
  const transaction = context.transactions.find(transactionalId);
  if (!transaction) return unknown(transactionalId, codeOf('TRANSACTIONAL_ID_NOT_FOUND'));
  return {
    errorCode: 0,
    transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: BigInt(transaction.startedAt),
    ...transaction.identity.current,
    topics: topicsOf(transaction, context.brokerConfigs.number('offsets.topic.num.partitions')),
  };
}

function topicsOf(transaction: Transaction, offsetsPartitions: number) {
  const byTopic = new Map<string, Set<number>>();
  const add = (topic: string, partition: number) =>
    byTopic.set(topic, (byTopic.get(topic) ?? new Set<number>()).add(partition));
  for (const { topic, partition } of transaction.partitions()) add(topic, partition);
  for (const groupId of transaction.groups()) add('__consumer_offsets', offsetsPartition(groupId, offsetsPartitions));
  return [...byTopic].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
}

function unknown(transactionalId: string, errorCode: number) {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0n,
    producerId: 0n,
    producerEpoch: 0,
    topics: [],
  };
}
