import type { SavedGroup } from '../groups/saved-groups.ts';
import type { SavedCluster } from '../snapshot/saved-cluster.ts';
import type { Change } from './change.ts';
import type { Entry } from './frame.ts';
import { partitionEntries } from './partition-changes.ts';

/** The changes that make a saved cluster out of nothing. */
export function* entriesOf(saved: SavedCluster): Iterable<Entry> {
  for (const change of partsOf(saved)) yield { change };
  for (const { id: topicId, name, configs, partitions } of saved.topics.topics) {
    yield { change: { kind: 'topic', topicId, name, configs } };
    for (const [index, partition] of partitions.entries()) yield* partitionEntries({ topicId, index }, partition);
  }
  yield { change: { kind: 'arrivals', arrivals: saved.topics.arrivals } };
  for (const group of saved.groups.groups) yield { change: groupChange(group) };
  for (const [groupId, own] of saved.groups.shares) {
    for (const [key, share] of own) yield { change: { kind: 'share', groupId, key, share } };
  }
  for (const transaction of saved.transactions) yield { change: { kind: 'transaction', transaction } };
}

function* partsOf(saved: SavedCluster): Iterable<Change> {
  const { nextProducerId, randomPosition, placement, brokerConfigs, users, acls, quotas } = saved;
  yield { kind: 'cluster', nextProducerId, randomPosition, placement };
  yield { kind: 'brokerConfigs', values: brokerConfigs };
  yield { kind: 'users', users };
  yield { kind: 'acls', acls };
  yield { kind: 'quotas', quotas };
  for (const [name, values] of saved.groupConfigs) yield { kind: 'groupConfigs', name, values };
  for (const [name, values] of saved.subscriptions) yield { kind: 'subscription', name, values };
}

function groupChange({ offsets, ...head }: SavedGroup): Change {
  return { kind: 'group', ...head, ...offsets, removed: [] };
}
