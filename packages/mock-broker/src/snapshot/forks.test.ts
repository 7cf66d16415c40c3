import fc from 'fast-check';
import { test } from 'vitest';
import { createCluster } from '../cluster/cluster.ts';
import { resolveOptions } from '../cluster/options.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { ackTypes, type SharePartition } from '../share/partition.ts';
import { batchOf } from '../testing/batches.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { appendRecords } from '../topics/append.ts';
import { loadCluster, type SavedCluster, saveCluster } from './saved-cluster.ts';

const transactionalIds = ['billing', 'shipping'];
const members = ['m1', 'm2'];
const rules = { lockMs: 30_000, deliveryLimit: 1000, maxLocks: 1000, committedOnly: false };

type ModelTransaction = { state: string; heldOffset: number; committedOffset: number | undefined };
type ModelRecord = { owner: string; deliveries: number; isDone: boolean };
/** What a test knows of a cluster's groups, transactions and shared records, in plain values. */
type Model = {
  groups: Record<string, string>;
  transactions: Record<string, ModelTransaction>;
  /** By offset; those nobody has looked at are not in it. */
  records: ModelRecord[];
};
type World = { cluster: ClusterState; model: Model };
type Kind = (typeof kinds)[number];
type Act = { kind: Kind; at: number; id: string; member: string; amount: number };

const kinds = [
  ...(['produce', 'join', 'begin', 'commit', 'abort', 'acquire', 'accept', 'release'] as const),
  ...(['snapshot', 'fork', 'restore'] as const),
];

function newCluster(): ClusterState {
  const cluster = createCluster(resolveOptions({ clock: createManualClock() }));
  cluster.topology.add({ id: 1, host: '127.0.0.1', port: 9001, up: true });
  return cluster;
}

function firstWorld(): World {
  const cluster = newCluster();
  cluster.catalog.create({ name: 'orders', partitions: 1 });
  const model: Model = { groups: {}, transactions: {}, records: [] };
  shareOf(cluster);
  return { cluster, model };
}

function shareOf({ catalog, groups }: ClusterState): SharePartition {
  const topic = catalog.byName('orders')!;
  return groups.shares.open('readers', { topicId: topic.id, index: 0 }, topic.partition(0)!);
}

function produce({ cluster }: World, { amount }: Act): void {
  const topic = cluster.catalog.byName('orders')!;
  const { observers, clock } = cluster;
  const target = { topic, partition: topic.partition(0)!, now: clock.now(), observers };
  appendRecords(target, batchOf({ values: Array.from({ length: amount }, () => 'v') }), () => 'NONE');
}

/** Opens a consumer or a share group: what a name stands for belongs to the cluster alone. */
function join({ cluster, model }: World, { id, amount }: Act): void {
  const name = `${id}-${amount}`;
  if (amount % 2 === 0) cluster.groups.openShare(name, 0);
  else cluster.groups.openConsumer(name, true);
  model.groups[name] = amount % 2 === 0 ? 'share' : 'consumer';
}

function begin({ cluster, model }: World, { id, amount }: Act): void {
  const { transactions, catalog, groups } = cluster;
  const identity = transactions.register({ transactionalId: id, timeoutMs: 60_000 });
  const known = model.transactions[id];
  if (typeof identity === 'string') {
    // Somebody had it open: that one is aborted, and who asks is told to come again.
    model.transactions[id] = { ...known!, state: 'CompleteAbort' };
    return;
  }
  const claim = { transactionalId: id, ...identity };
  transactions.addPartitions(claim, [{ topic: 'orders', partition: 0 }]);
  transactions.addGroup(claim, id);
  const place = { topic: 'orders', topicId: catalog.byName('orders')!.id, partition: 0, leaderEpoch: 0 };
  const entry = { ...place, offset: BigInt(amount), metadata: null, commitTimestamp: 0 };
  groups.hold(id, identity.producerId, entry);
  model.groups[id] = 'classic';
  model.transactions[id] = { state: 'Ongoing', heldOffset: amount, committedOffset: known?.committedOffset };
}

function end({ cluster, model }: World, { id, kind }: Act): void {
  const known = model.transactions[id];
  if (known?.state !== 'Ongoing') return;
  const { current } = cluster.transactions.find(id)!.identity;
  const isCommit = kind === 'commit';
  cluster.transactions.end(
    { transactionalId: id, ...current },
    { end: isCommit ? 'commit' : 'abort', raisesEpoch: false },
  );
  known.state = isCommit ? 'CompleteCommit' : 'CompleteAbort';
  if (isCommit) known.committedOffset = known.heldOffset;
}

function acquire({ cluster, model }: World, { member, amount }: Act): void {
  const wish = { memberId: member, maxRecords: amount, maxBytes: 1_000_000, strict: true };
  const { ranges } = shareOf(cluster).acquire(wish, rules);
  for (const { first, last } of ranges) {
    for (let offset = first; offset <= last; offset += 1) {
      const { deliveries = 0 } = model.records[offset] ?? {};
      model.records[offset] = { owner: member, deliveries: deliveries + 1, isDone: false };
    }
  }
}

function settle({ cluster, model }: World, { member, kind }: Act): void {
  const own = [...model.records.entries()].filter(([, record]) => record?.owner === member);
  const acknowledgeTypes = [kind === 'accept' ? ackTypes.accept : ackTypes.release];
  const acks = own.map(([at]) => ({ firstOffset: BigInt(at), lastOffset: BigInt(at), acknowledgeTypes }));
  shareOf(cluster).acknowledge(member, acks, rules);
  for (const [, record] of own) Object.assign(record, { owner: '', isDone: kind === 'accept' });
}

/** What the cluster itself says of what a model knows. */
function observed({ groups, transactions, catalog, ...cluster }: ClusterState, { records }: Model) {
  const share = shareOf({ groups, transactions, catalog, ...cluster });
  const { start, records: saved } = share.save();
  const states = new Map(saved.map(([offset, state, deliveries]) => [offset, `${state} ${deliveries}`]));
  const shown = (offset: number) => states.get(offset) ?? (offset < start ? 'done' : 'untouched');
  return {
    groups: Object.fromEntries(groups.list().map(({ id, type }) => [id, type])),
    transactions: Object.fromEntries(transactions.list().map(({ id, state }) => [id, state])),
    committed: Object.fromEntries(
      transactionalIds.map((id) => [id, Number(groups.find(id)?.offsets.get('orders', 0)?.offset ?? -1)]),
    ),
    records: records.map((record, at) => (record?.isDone && offsetIsDone(shown(at)) ? 'done' : shown(at))),
  };
}

const offsetIsDone = (shown: string): boolean => shown === 'done' || shown.startsWith('Acknowledged');

function expected({ groups, transactions, records }: Model) {
  const committedOf = (id: string) => transactions[id]?.committedOffset ?? -1;
  return {
    groups,
    transactions: Object.fromEntries(Object.entries(transactions).map(([id, { state }]) => [id, state])),
    committed: Object.fromEntries(transactionalIds.map((id) => [id, committedOf(id)])),
    records: records.map(({ owner, deliveries, isDone }) =>
      isDone ? 'done' : `${owner === '' ? 'Available' : 'Acquired'} ${deliveries}`,
    ),
  };
}

/** As the cluster is after it was put back: those who had locked something are gone. */
function withoutLocks(model: Model): Model {
  const copy = structuredClone(model);
  for (const record of copy.records) if (record) record.owner = '';
  return copy;
}

const deeds: { readonly [Name in Kind]?: (world: World, act: Act) => void } = {
  produce,
  join,
  begin,
  commit: end,
  abort: end,
  acquire,
  accept: settle,
  release: settle,
};

function play(acts: readonly Act[], check: (worlds: readonly World[]) => void): void {
  const worlds: World[] = [firstWorld()];
  const snapshots: { saved: SavedCluster; model: Model }[] = [];
  for (const one of acts) {
    const world = worlds[one.at % worlds.length]!;
    const snapshot = snapshots[one.at % Math.max(1, snapshots.length)];
    deeds[one.kind]?.(world, one);
    if (one.kind === 'snapshot') {
      snapshots.push({ saved: saveCluster(world.cluster), model: structuredClone(world.model) });
    }
    if (one.kind === 'restore' && snapshot) {
      loadCluster(world.cluster, snapshot.saved, 'restore');
      world.model = withoutLocks(snapshot.model);
    }
    if (one.kind === 'fork' && snapshot) {
      const cluster = newCluster();
      loadCluster(cluster, snapshot.saved, 'fork');
      worlds.push({ cluster, model: withoutLocks(snapshot.model) });
    }
    check(worlds);
  }
}

test('groups, transactions and shared records of a cluster are not seen by its forks', ({ expect }) => {
  const act: fc.Arbitrary<Act> = fc.record({
    kind: fc.constantFrom(...kinds),
    at: fc.nat(9),
    id: fc.constantFrom(...transactionalIds),
    member: fc.constantFrom(...members),
    amount: fc.integer({ min: 1, max: 5 }),
  });
  const property = fc.property(fc.array(act, { maxLength: 40 }), (acts) =>
    play(acts, (worlds) => {
      for (const { cluster, model } of worlds) expect(observed(cluster, model)).toEqual(expected(model));
    }),
  );
  fc.assert(property, { numRuns: 300 });
});

test('share sessions end when a cluster is put back', ({ expect }) => {
  const { cluster } = firstWorld();
  const saved = saveCluster(cluster);
  const claim = { groupId: 'readers', memberId: 'm1', epoch: 0 };
  cluster.shareSessions.open(1, claim);
  loadCluster(cluster, saved, 'restore');
  expect(cluster.shareSessions.resume(1, { ...claim, epoch: 1 })).toBe('SHARE_SESSION_NOT_FOUND');
});
