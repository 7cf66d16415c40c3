import type { ClusterState } from '../dispatch/context.ts';
import type { Change } from './change.ts';
import type { Entry } from './frame.ts';
import { GroupChanges } from './group-changes.ts';
import { PartitionChanges } from './partition-changes.ts';
import { Seen } from './seen.ts';

type Configs = ReadonlyMap<string, string>;

/**
 * Tells what has changed of a cluster since it was last asked; at first that is everything.
 *
 * It compares counters and identities, so that asking costs little when nothing has changed, and so that nobody who changes
 * something has to tell.
 */
export class ClusterChanges {
  readonly #cluster: ClusterState;
  readonly #partitions = new PartitionChanges();
  readonly #groups = new GroupChanges();
  readonly #topics = new Seen<ReturnType<ClusterState['catalog']['list']>[number], Configs>();
  readonly #transactions = new Seen<ReturnType<ClusterState['transactions']['list']>[number], number>();
  readonly #shares = new Map<object, { readonly groupId: string; readonly key: string }>();
  readonly #shareMarks = new Seen<object, number>();
  readonly #groupConfigs = new Seen<string, Configs>();
  readonly #subscriptions = new Seen<string, Configs>();
  /** The parts of which there is one only. */
  readonly #parts = new Seen<string, unknown>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** Every change since the last call, in an order in which it can be made again. */
  collect(): Entry[] {
    const entries: Entry[] = [];
    this.#collectParts(entries);
    this.#collectConfigs(entries);
    this.#collectTopics(entries);
    this.#groups.collect(this.#cluster.groups.list(), entries);
    this.#collectShares(entries);
    this.#collectTransactions(entries);
    return entries;
  }

  #collectParts(entries: Entry[]): void {
    const { brokerConfigs, producerIds, random, security, topology } = this.#cluster;
    const { authorizer, quotas, users } = security;
    const parts: Record<string, () => Change> = {
      brokerConfigs: () => ({ kind: 'brokerConfigs', values: brokerConfigs.own() }),
      users: () => ({ kind: 'users', users: users.save() }),
      acls: () => ({ kind: 'acls', acls: authorizer.list() }),
      quotas: () => ({ kind: 'quotas', quotas: quotas.save() }),
    };
    const marks: [string, unknown][] = [
      ['brokerConfigs', brokerConfigs.own()],
      ['users', users.revision],
      ['acls', authorizer.revision],
      ['quotas', quotas.revision],
      ['nextProducerId', producerIds.next],
      ['randomPosition', random.position],
      ['placement', topology.revision],
    ];
    const { changed } = this.#parts.compare(marks);
    for (const part of changed) if (parts[part]) entries.push({ change: parts[part]() });
    if (!changed.some((part) => !parts[part])) return;
    const counters = { nextProducerId: producerIds.next, randomPosition: random.position };
    entries.push({ change: { kind: 'cluster', ...counters, placement: topology.save() } });
  }

  #collectConfigs(entries: Entry[]): void {
    const { groups, telemetry } = this.#cluster;
    const ofGroups = groups.settings.save();
    const groupConfigs = this.#groupConfigs.compare(ofGroups);
    for (const name of groupConfigs.gone) entries.push({ change: { kind: 'groupConfigsGone', name } });
    for (const name of groupConfigs.changed) {
      entries.push({ change: { kind: 'groupConfigs', name, values: ofGroups.get(name)! } });
    }
    const ofClients = telemetry.subscriptions.save();
    const subscriptions = this.#subscriptions.compare(ofClients);
    for (const name of subscriptions.gone) entries.push({ change: { kind: 'subscriptionGone', name } });
    for (const name of subscriptions.changed) {
      entries.push({ change: { kind: 'subscription', name, values: ofClients.get(name)! } });
    }
  }

  #collectTopics(entries: Entry[]): void {
    const topics = this.#cluster.catalog.list();
    const { changed, gone } = this.#topics.compare(topics.map((topic) => [topic, topic.configs.own()] as const));
    for (const { id } of gone) entries.push({ change: { kind: 'topicGone', topicId: id } });
    for (const { id, name, configs } of changed) {
      entries.push({ change: { kind: 'topic', topicId: id, name, configs: configs.own() } });
    }
    for (const { id, partitions } of topics) {
      for (const partition of partitions) this.#partitions.collect(id, partition, entries);
    }
  }

  #collectShares(entries: Entry[]): void {
    const places = [...this.#cluster.groups.shares.places()];
    if (places.length === 0 && this.#shares.size === 0) return;
    const { changed, gone } = this.#shareMarks.compare(places.map(({ share }) => [share, share.revision] as const));
    for (const share of gone) {
      entries.push({ change: { kind: 'shareGone', ...this.#shares.get(share)! } });
      this.#shares.delete(share);
    }
    const isChanged = new Set(changed);
    for (const { share, ...place } of places) {
      if (!isChanged.has(share)) continue;
      this.#shares.set(share, place);
      entries.push({ change: { kind: 'share', ...place, share: share.save() } });
    }
  }

  #collectTransactions(entries: Entry[]): void {
    const transactions = this.#cluster.transactions.list();
    const { changed, gone } = this.#transactions.compare(transactions.map((one) => [one, one.revision] as const));
    for (const { id } of gone) entries.push({ change: { kind: 'transactionGone', id } });
    for (const transaction of changed) {
      entries.push({ change: { kind: 'transaction', transaction: transaction.save() } });
    }
  }
}
