import type { Topology } from '../cluster/topology.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { Partition } from './partition.ts';

/** A partition in the words Metadata and DescribeTopicPartitions share. */
export function describePartition(topology: Topology, { index, told, replicas }: Partition) {
  const { leader, leaderEpoch } = told;
  return {
    errorCode: codeOf(leader < 0 ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
    partitionIndex: index,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: [...replicas],
    isrNodes: replicas.filter((id) => topology.isUp(id)),
    offlineReplicas: replicas.filter((id) => !topology.isUp(id)),
  };
}
