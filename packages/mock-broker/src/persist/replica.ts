import type { Acl } from '../acls/acl.ts';
import type { SavedQuota } from '../quotas/quotas.ts';
import type { SavedUsers } from '../security/users.ts';
import type { SavedCluster } from '../snapshot/saved-cluster.ts';
import type { SavedTransaction } from '../transactions/transaction.ts';
import type { Change } from './change.ts';
import type { Entry } from './frame.ts';
import { ReplicaGroups } from './replica-groups.ts';
import { ReplicaTopics } from './replica-topics.ts';

type Configs = ReadonlyMap<string, string>;
type Make = { readonly [Kind in Change['kind']]: (change: Extract<Change, { readonly kind: Kind }>) => void };

/** Makes the cluster that changes tell of. */
export class Replica {
  readonly #topics = new ReplicaTopics();
  readonly #groups = new ReplicaGroups();
  readonly #groupConfigs = new Map<string, Configs>();
  readonly #subscriptions = new Map<string, Configs>();
  readonly #transactions = new Map<string, SavedTransaction>();
  #brokerConfigs: Configs = new Map();
  #users: SavedUsers = new Map();
  #acls: readonly Acl[] = [];
  #quotas: readonly SavedQuota[] = [];
  #counters: Pick<SavedCluster, 'nextProducerId' | 'randomPosition' | 'placement'> | undefined;

  apply({ change, batches = [] }: Entry): void {
    const topics = this.#topics;
    const groups = this.#groups;
    const place = (placed: Parameters<ReplicaTopics['apply']>[0]): void => topics.apply(placed, batches);
    const make: Make = {
      cluster: ({ kind: _, ...counters }) => (this.#counters = counters),
      arrivals: ({ arrivals }) => topics.resumeArrivals(arrivals),
      brokerConfigs: ({ values }) => (this.#brokerConfigs = values),
      groupConfigs: ({ name, values }) => this.#groupConfigs.set(name, values),
      groupConfigsGone: ({ name }) => this.#groupConfigs.delete(name),
      subscription: ({ name, values }) => this.#subscriptions.set(name, values),
      subscriptionGone: ({ name }) => this.#subscriptions.delete(name),
      users: ({ users }) => (this.#users = users),
      acls: ({ acls }) => (this.#acls = acls),
      quotas: ({ quotas }) => (this.#quotas = quotas),
      topic: ({ topicId, name, configs }) => topics.put(topicId, name, configs),
      topicGone: ({ topicId }) => topics.delete(topicId),
      partition: place,
      batches: place,
      append: place,
      trim: place,
      lead: place,
      group: (group) => groups.put(group),
      groupGone: ({ id }) => groups.delete(id),
      share: ({ groupId, key, share }) => groups.putShare(groupId, key, share),
      shareGone: ({ groupId, key }) => groups.deleteShare(groupId, key),
      transaction: ({ transaction }) => this.#transactions.set(transaction.id, transaction),
      transactionGone: ({ id }) => this.#transactions.delete(id),
    };
    (make[change.kind] as (one: Change) => void)(change);
  }

  /** The cluster as it was when the last change was made; `undefined` when there is none. */
  save(): SavedCluster | undefined {
    if (!this.#counters) return undefined;
    return {
      topics: this.#topics.save(),
      groups: this.#groups.save(),
      groupConfigs: this.#groupConfigs,
      transactions: [...this.#transactions.values()],
      brokerConfigs: this.#brokerConfigs,
      subscriptions: this.#subscriptions,
      users: this.#users,
      acls: this.#acls,
      quotas: this.#quotas,
      ...this.#counters,
    };
  }
}
