import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import { moveLeader } from '../cluster/leadership.ts';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { Partition } from '../topics/partition.ts';

type Request = RequestOf<typeof messages.electLeaders>;
type Verdict = { readonly error: ErrorName; readonly message: string | null };

const PREFERRED = 0;
const UNCLEAN = 1;

/**
 * ElectLeaders gives partitions back to the first of their replicas, or, in an unclean election, a leader to those
 * without one.
 *
 * null asks for all, and is answered with every topic, but only those partitions that moved or should have.
 */
export const electLeaders = defineApi(messages.electLeaders, {
  versions: [0, 2],
  limits: ['An unclean election loses nothing: all nodes share one log.'],
  handle(context, request) {
    if (request.electionType !== PREFERRED && request.electionType !== UNCLEAN) {
      return refuseAll(request, codeOf('INVALID_REQUEST'));
    }
    const all = request.topicPartitions === null;
    const replicaElectionResults = partitionsOf(context, request).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions
        .map((partitionId) => ({ partitionId, verdict: elect(context, request.electionType, { topic, partitionId }) }))
        .filter(({ verdict }) => !all || verdict.error !== 'ELECTION_NOT_NEEDED')
        .map(({ partitionId, verdict }) => ({
          partitionId,
          errorCode: codeOf(verdict.error),
          errorMessage: verdict.message,
        })),
    }));
    return { throttleTimeMs: 0, replicaElectionResults };
  },
  fail: refuseAll,
});

/** Version 0 has no place for an error of the whole answer. */
function refuseAll({ topicPartitions }: Request, errorCode: number) {
  const replicaElectionResults = (topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode, errorMessage: null })),
  }));
  return { throttleTimeMs: 0, errorCode, replicaElectionResults };
}

function partitionsOf({ catalog }: RequestContext, { topicPartitions }: Request) {
  if (topicPartitions) return topicPartitions;
  return catalog
    .list()
    .map(({ name, partitions }) => ({ topic: name, partitions: partitions.map(({ index }) => index) }));
}

function elect(
  context: RequestContext,
  electionType: number,
  { topic: name, partitionId }: { topic: string; partitionId: number },
): Verdict {
  const topic = context.catalog.byName(name);
  if (!topic) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `No such topic as ${name}` };
  const partition = topic.partition(partitionId);
  if (!partition)
    return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `No such partition as ${name}-${partitionId}` };
  const leader = electionType === PREFERRED ? partition.replicas[0]! : anyLeader(context, partition);
  if (partition.leader === leader && context.topology.isUp(leader)) {
    return { error: 'ELECTION_NOT_NEEDED', message: 'Leader election not needed for topic partition.' };
  }
  if (!context.topology.isUp(leader)) {
    return electionType === PREFERRED
      ? { error: 'PREFERRED_LEADER_NOT_AVAILABLE', message: 'The preferred leader was not available.' }
      : { error: 'ELIGIBLE_LEADERS_NOT_AVAILABLE', message: 'Eligible topic partition leaders are not available.' };
  }
  moveLeader(context, topic, { partition, leader });
  return { error: 'NONE', message: null };
}

/** Who leads already, if up; else the first replica that is. */
function anyLeader({ topology }: RequestContext, { leader, replicas }: Partition): number {
  return topology.isUp(leader) ? leader : topology.firstUp(replicas);
}
