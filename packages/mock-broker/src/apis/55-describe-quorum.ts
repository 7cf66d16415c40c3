import { messages } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';

const METADATA_TOPIC = '__cluster_metadata';

/**
 * DescribeQuorum tells who votes on the cluster's metadata (KIP-595): every node, led by the controller.
 *
 * v1 tells when voters were in touch last, v2 where they are (KIP-853).
 */
export const describeQuorum = defineApi(messages.describeQuorum, {
  versions: [0, 2],
  limits: ['There is no metadata log: its offsets are all 0, and every node that is up has just caught up.'],
  handle(context, { topics }) {
    let found = false;
    const described = topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) => {
        const isQuorum = topicName === METADATA_TOPIC && partitionIndex === 0;
        found ||= isQuorum;
        return isQuorum ? quorum(context) : unknown(partitionIndex);
      }),
    }));
    const where = found && context.version >= 2 ? { nodes: nodes(context) } : {};
    return { errorCode: 0, errorMessage: '', topics: described, ...where };
  },
  fail: (_request, errorCode) => ({ errorCode, topics: [] }),
});

function quorum({ topology, clock }: RequestContext) {
  const now = BigInt(clock.now());
  return {
    partitionIndex: 0,
    errorCode: 0,
    errorMessage: '',
    leaderId: topology.controller(),
    leaderEpoch: 1,
    highWatermark: 0n,
    currentVoters: topology.all().map(({ id, up }) => {
      const seen = up ? now : -1n;
      return { replicaId: id, logEndOffset: 0n, lastFetchTimestamp: seen, lastCaughtUpTimestamp: seen };
    }),
    observers: [],
  };
}

function nodes({ topology, listener }: RequestContext) {
  return topology.all().map(({ id }) => ({
    nodeId: id,
    listeners: [{ name: listener, ...topology.endpoint(id, listener) }],
  }));
}

function unknown(partitionIndex: number) {
  const errorMessage = 'This server does not host this topic-partition.';
  const blank = { errorMessage, leaderId: 0, leaderEpoch: 0, highWatermark: 0n, currentVoters: [], observers: [] };
  return { partitionIndex, errorCode: codeOf('UNKNOWN_TOPIC_OR_PARTITION'), ...blank };
}
