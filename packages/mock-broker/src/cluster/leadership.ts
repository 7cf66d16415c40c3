import type { ClusterState } from '../dispatch/context.ts';
import { MockBrokerError } from '../errors.ts';
import type { Partition } from '../topics/partition.ts';
import type { Topic } from '../topics/topic.ts';

/** Gives every partition whose leader is down to its first replica that is up; nobody moves without need. */
export function electLeaders(cluster: ClusterState): void {
  const { catalog, topology } = cluster;
  for (const topic of catalog.list()) {
    for (const partition of topic.partitions) {
      if (topology.isUp(partition.leader)) continue;
      const leader = topology.firstUp(partition.replicas);
      if (leader !== partition.leader) lead(cluster, topic, { partition, leader });
    }
  }
}

/** Moves one partition's leader by hand. @throws MockBrokerError `UNKNOWN_NODE` `INVALID_OPTION` */
export function moveLeader(cluster: ClusterState, topic: Topic, move: { partition: Partition; leader: number }): void {
  const { partition, leader } = move;
  if (!cluster.topology.node(leader).up || !partition.replicas.includes(leader)) {
    const up = partition.replicas.filter((id) => cluster.topology.isUp(id)).join(', ');
    throw new MockBrokerError(
      'INVALID_OPTION',
      `Node ${leader} cannot lead ${topic.name}-${partition.index}: choose a replica that is up (${up}).`,
      { topic: topic.name, partition: partition.index, node: leader },
    );
  }
  lead(cluster, topic, move);
}

/** The same node goes on leading under a new epoch: what clients know of the partition is stale. */
export function bumpEpoch(cluster: ClusterState, topic: Topic, partition: Partition): void {
  lead(cluster, topic, { partition, leader: partition.leader });
}

/** Lets Metadata name the leaders of this moment, whoever leads, until the returned function is called. */
export function freezeLeaders({ catalog }: ClusterState): () => void {
  const partitions = catalog.list().flatMap((topic) => topic.partitions);
  for (const partition of partitions) partition.freeze();
  return () => {
    for (const partition of partitions) partition.thaw();
  };
}

/** Makes `replicas` the nodes of a partition; its leader goes on leading if it is among them and up. */
export function reassign(
  cluster: ClusterState,
  topic: Topic,
  { partition, replicas }: { partition: Partition; replicas: readonly number[] },
): void {
  partition.assign([...replicas]);
  if (replicas.includes(partition.leader) && cluster.topology.isUp(partition.leader)) return;
  lead(cluster, topic, { partition, leader: cluster.topology.firstUp(replicas) });
}

function lead(
  { observers }: ClusterState,
  topic: Topic,
  { partition, leader }: { partition: Partition; leader: number },
): void {
  partition.lead(leader);
  const { index, leaderEpoch } = partition;
  observers.emit('leader', { topic: topic.name, partition: index, leader, leaderEpoch });
}
