import { toAcl } from '../acls/acl.ts';
import { reassign } from '../cluster/leadership.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { LogCleaner } from '../log/cleaner.ts';
import { loadCluster, saveCluster } from '../snapshot/saved-cluster.ts';
import { appendRecords } from '../topics/append.ts';
import type { Topic } from '../topics/topic.ts';
import { batchOf } from './batches.ts';

/** Something that happens to a cluster; what it happens to follows from the numbers. */
export type Happening = { readonly kind: keyof typeof kinds; readonly a: number; readonly b: number };

type Happen = (cluster: ClusterState, numbers: { readonly a: number; readonly b: number }) => void;

const names = ['orders', 'invoices', 'refunds'];
const users = ['alice', 'bob'];
const transactionalId = (b: number): string => `tx-${b % 2}`;

function topicOf(cluster: ClusterState, a: number): Topic {
  const name = names[a % names.length]!;
  const configs = { 'cleanup.policy': a % 2 ? 'compact' : 'delete' };
  return cluster.catalog.byName(name) ?? cluster.catalog.create({ name, partitions: 2, configs });
}

function append(
  cluster: ClusterState,
  topic: Topic,
  more: Partial<Parameters<typeof batchOf>[0]> & { b: number },
): void {
  const { clock, observers } = cluster;
  const { b, ...wish } = more;
  const keys = [`key ${b % 3}`, `key ${b % 5}`];
  const timestamps = [BigInt(clock.now() - b), BigInt(clock.now())];
  const records = batchOf({
    values: [`value ${b}`.repeat(1 + (b % 7)), b % 4 ? 'other' : null],
    keys,
    timestamps,
    ...wish,
  });
  appendRecords({ topic, partition: topic.partition(b % 2)!, now: clock.now(), observers }, records, () => 'NONE');
}

function offsetOf(cluster: ClusterState, { a, b }: { readonly a: number; readonly b: number }) {
  const { name: topic, id: topicId } = topicOf(cluster, a);
  const at = { leaderEpoch: 0, metadata: b % 2 ? `note ${b}` : null, commitTimestamp: cluster.clock.now() };
  return { topic, topicId, partition: b % 2, offset: BigInt(b), ...at };
}

/** A producer's batch with the sequence that comes next, as far as one can tell from outside. */
function sequenced(topic: Topic, b: number) {
  const producerId = BigInt(b % 3);
  const known = topic
    .partition(b % 2)!
    .producers.list()
    .find((one) => one.producerId === producerId);
  return { producerId, producerEpoch: known?.epoch ?? 0, baseSequence: (known?.lastSequence ?? -1) + 1 };
}

const transactional: Happen = (cluster, { a, b }) => {
  const topic = topicOf(cluster, a);
  const identity = cluster.transactions.register({ transactionalId: transactionalId(b), timeoutMs: 60_000 });
  if (typeof identity === 'string') return;
  const claim = { ...identity, transactionalId: transactionalId(b) };
  cluster.transactions.addPartitions(claim, [{ topic: topic.name, partition: b % 2 }]);
  append(cluster, topic, { b, ...identity, baseSequence: 0, isTransactional: true });
  cluster.transactions.addGroup(claim, 'billing');
  cluster.groups.hold('billing', identity.producerId, offsetOf(cluster, { a, b }));
  if (b % 4 < 3) cluster.transactions.end(claim, { end: b % 4 ? 'commit' : 'abort', raisesEpoch: b % 3 === 0 });
};

const restored: Happen = (cluster, { a, b }) => {
  const saved = saveCluster(cluster);
  append(cluster, topicOf(cluster, a), { b });
  loadCluster(cluster, saved, 'restore');
};

const kinds = {
  append: (cluster, { a, b }) => append(cluster, topicOf(cluster, a), { b }),
  idempotent: (cluster, { a, b }) => {
    const topic = topicOf(cluster, a);
    append(cluster, topic, { b, ...sequenced(topic, b) });
  },
  transactional,
  abort: (cluster, { b }) => cluster.transactions.abort(transactionalId(b)),
  trim: (cluster, { a, b }) =>
    topicOf(cluster, a)
      .partition(b % 2)!
      .log.deleteBefore(BigInt(b)),
  appendAndTrim: (cluster, { a, b }) => {
    const topic = topicOf(cluster, a);
    append(cluster, topic, { b, ...sequenced(topic, b) });
    topic.partition(b % 2)!.log.deleteBefore(BigInt(2 ** 40));
  },
  deleteTopic: (cluster, { a }) => {
    const topic = topicOf(cluster, a);
    cluster.catalog.delete(topic);
    cluster.groups.forgetTopic(topic.name);
  },
  grow: (cluster, { a, b }) => cluster.catalog.grow(topicOf(cluster, a), 2 + (b % 3)),
  configure: (cluster, { a, b }) => {
    topicOf(cluster, a).configs.set('retention.ms', String(b));
    cluster.brokerConfigs.set('num.partitions', String(a + 1));
    cluster.groups.settings.configsOf('billing').set('share.delivery.count.limit', String(2 + (b % 8)));
    cluster.telemetry.subscriptions.configsOf(`metrics-${a % 2}`).set('interval.ms', String(1000 + b));
  },
  unset: (cluster, { a }) => {
    topicOf(cluster, a).configs.unset('retention.ms');
    cluster.groups.settings.configsOf('billing').unset('share.delivery.count.limit');
    cluster.telemetry.subscriptions.configsOf(`metrics-${a % 2}`).unset('interval.ms');
  },
  commit: (cluster, numbers) =>
    cluster.groups.commit(numbers.b % 2 ? 'billing' : 'shipping', offsetOf(cluster, numbers)),
  deleteOffset: (cluster, { a, b }) => cluster.groups.find('billing')?.offsets.delete(names[a % names.length]!, b % 2),
  deleteGroup: (cluster, { b }) => void cluster.groups.delete(b % 2 ? 'billing' : 'shipping'),
  forgetProducers: (cluster, { a, b }) =>
    topicOf(cluster, a)
      .partition(b % 2)!
      .producers.clear(),
  bump: (cluster, { a, b }) =>
    topicOf(cluster, a)
      .partition(b % 2)!
      .lead(1),
  reassign: (cluster, { a, b }) => {
    reassign(cluster, topicOf(cluster, a), { partition: topicOf(cluster, a).partition(b % 2)!, replicas: [1] });
    cluster.topology.placeCoordinator(`group-${a}`, 1);
  },
  rules: (cluster, { a, b }) => {
    const { authorizer, quotas, users: known } = cluster.security;
    const rule = toAcl({
      principal: `User:${users[a % 2]}`,
      resource: 'topic',
      name: names[b % 3]!,
      operation: 'read',
    });
    if (b % 3) authorizer.add(rule);
    else authorizer.delete(rule);
    if (a % 3) quotas.set({ user: users[a % 2]! }, 'producer_byte_rate', b);
    else quotas.remove({ user: users[a % 2]! }, 'producer_byte_rate');
    const secret = { salt: Buffer.of(a), iterations: 4096, storedKey: Buffer.of(b), serverKey: Buffer.of(a, b) };
    if (b % 2) known.setCredential(users[a % 2]!, 'SCRAM-SHA-256', secret);
    else known.deleteCredential(users[a % 2]!, 'SCRAM-SHA-256');
  },
  clean: ({ catalog, clock }) => {
    new LogCleaner({ catalog, clock, retentionCheckMs: 1, compactionCheckMs: 1 }).compact();
  },
  allocate: ({ producerIds, random }) => {
    producerIds.allocate();
    random.uuid();
  },
  restored,
} satisfies Record<string, Happen>;

export const happeningKinds = Object.keys(kinds) as readonly Happening['kind'][];

/** Lets something happen to a cluster, whatever it is like. */
export function letHappen(cluster: ClusterState, { kind, a, b }: Happening): void {
  (kinds[kind] as Happen)(cluster, { a, b });
}
