import type { Acl } from '../acls/acl.ts';
import { electLeaders } from '../cluster/leadership.ts';
import type { SavedPlacement } from '../cluster/topology.ts';
import type { ClusterState } from '../dispatch/context.ts';
import type { SavedGroups } from '../groups/saved-groups.ts';
import type { SavedQuota } from '../quotas/quotas.ts';
import type { SavedUsers } from '../security/users.ts';
import type { SavedTopics } from '../topics/catalog.ts';
import type { SavedTransaction } from '../transactions/transaction.ts';

type ConfigsByName = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** All that a cluster knows at one moment and could tell to clients that come later. Nobody changes any of it. */
export type SavedCluster = {
  readonly topics: SavedTopics;
  readonly groups: SavedGroups;
  readonly groupConfigs: ConfigsByName;
  readonly transactions: readonly SavedTransaction[];
  readonly nextProducerId: bigint;
  readonly brokerConfigs: ReadonlyMap<string, string>;
  readonly subscriptions: ConfigsByName;
  readonly users: SavedUsers;
  readonly acls: readonly Acl[];
  readonly quotas: readonly SavedQuota[];
  readonly placement: SavedPlacement;
  readonly randomPosition: number;
};

/** Takes a cluster down as it is now. Logs are shared, not copied. */
export function saveCluster(cluster: ClusterState): SavedCluster {
  const { catalog, groups, security, telemetry, topology, transactions } = cluster;
  return {
    topics: catalog.save(),
    groups: groups.save(),
    groupConfigs: groups.settings.save(),
    transactions: transactions.save(),
    nextProducerId: cluster.producerIds.next,
    brokerConfigs: cluster.brokerConfigs.own(),
    subscriptions: telemetry.subscriptions.save(),
    users: security.users.save(),
    acls: security.authorizer.list(),
    quotas: security.quotas.save(),
    placement: topology.save(),
    randomPosition: cluster.random.position,
  };
}

/**
 * Puts what was saved in the place of all that a cluster knows. Nodes that are up stay up; what others led gets another
 * leader. A fork makes up the ids that its origin would have made up next; a cluster that is put back goes on with new ones,
 * since clients remember those they were told. `loaded` is called when the cluster is what was saved, and before anything
 * goes on in it.
 */
export function loadCluster(
  cluster: ClusterState,
  saved: SavedCluster,
  as: 'fork' | 'restore',
  loaded?: () => void,
): void {
  if (as === 'fork') cluster.random.position = saved.randomPosition;
  const { catalog, groups, security, telemetry, topology, transactions } = cluster;
  for (const { id } of topology.all()) cluster.fetchSessions.forgetNode(id);
  cluster.shareSessions.forgetAll();
  topology.load(saved.placement);
  cluster.brokerConfigs.replaceAll(saved.brokerConfigs);
  security.users.load(saved.users);
  security.authorizer.replaceAll(saved.acls);
  security.quotas.load(saved.quotas);
  telemetry.subscriptions.load(saved.subscriptions);
  groups.settings.load(saved.groupConfigs);
  cluster.producerIds.resume(saved.nextProducerId);
  // The three that know each other, in the order in which they do.
  catalog.load(saved.topics);
  groups.load(saved.groups);
  transactions.load(saved.transactions);
  loaded?.();
  transactions.resume();
  electLeaders(cluster);
}
