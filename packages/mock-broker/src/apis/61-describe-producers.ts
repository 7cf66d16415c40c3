import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

/** DescribeProducers shows whom a partition remembers: last sequence, and what each has open (KIP-664). Any replica answers. */
export const describeProducers = defineApi(messages.describeProducers, {
  versions: [0, 0],
  limits: ['Producers are remembered as long as the partition is there: producer.id.expiration.ms is not applied.'],
  handle: (context, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => describe(context, name, index)),
    })),
  }),
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode, activeProducers: [] })),
    })),
  }),
});

function describe(context: RequestContext, name: string, partitionIndex: number) {
  const partition = context.catalog.byName(name)?.partition(partitionIndex);
  if (!partition?.replicas.includes(context.nodeId)) {
    const errorCode = codeOf(partition ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION');
    const errorMessage = `Node ${context.nodeId} has no replica of partition ${name}-${partitionIndex}.`;
    return { partitionIndex, errorCode, errorMessage, activeProducers: [] };
  }
  const { producers, log } = partition;
  return {
    partitionIndex,
    errorCode: 0,
    activeProducers: producers.list().map(({ epoch, ...known }) => ({
      ...known,
      producerEpoch: epoch,
      currentTxnStartOffset: log.transactions.startOf(known.producerId) ?? -1n,
    })),
  };
}
