import type { RequestContext } from '../dispatch/context.ts';
import type { Partition } from '../topics/partition.ts';

const NOBODY = -1;

/**
 * Which follower a consumer had better read from, or -1 to stay with the leader (KIP-392).
 *
 * As Kafka's RackAwareReplicaSelector: the leader when it stands in the consumer's rack or nobody does, else of those
 * that do the one furthest on; here all are equally far, and then the highest id wins. Followers are not asked, for who
 * reads from them was sent there.
 */
export function preferredReplica(
  { topology, options, nodeId }: RequestContext,
  partition: Partition,
  { rack, offset }: { readonly rack: string; readonly offset: bigint },
): number {
  if (options.replicaSelector !== 'rack-aware' || rack === '' || partition.leader !== nodeId) return NOBODY;
  const { logStart, end } = partition.log.watermarks;
  if (offset < logStart || offset > end || topology.rack(nodeId) === rack) return NOBODY;
  return Math.max(NOBODY, ...partition.replicas.filter((id) => topology.isUp(id) && topology.rack(id) === rack));
}
