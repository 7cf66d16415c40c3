import fc from 'fast-check';
import { test } from 'vitest';
import { createCluster } from '../cluster/cluster.ts';
import { resolveOptions } from '../cluster/options.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { batchOf } from '../testing/batches.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { appendRecords } from '../topics/append.ts';
import { readTopic } from '../topics/read-records.ts';
import { loadCluster, type SavedCluster, saveCluster } from './saved-cluster.ts';

const names = ['orders', 'invoices', 'refunds'];
const groups = ['billing', 'shipping'];

/** What a test knows of a cluster: values by topic and offset, offsets by group and topic. */
type Model = {
  readonly topics: Map<string, Map<number, string>>;
  readonly ends: Map<string, number>;
  readonly offsets: Map<string, number>;
};
type World = { readonly cluster: ClusterState; model: Model };
type Act = { readonly at: number; readonly topic: string; readonly group: string; readonly amount: number } & {
  readonly kind: 'append' | 'trim' | 'delete' | 'commit' | 'snapshot' | 'fork' | 'restore';
};

function newCluster(): ClusterState {
  const cluster = createCluster(resolveOptions({ clock: createManualClock() }));
  cluster.topology.add({ id: 1, host: '127.0.0.1', port: 9001, up: true });
  return cluster;
}

function copyOf({ topics, ends, offsets }: Model): Model {
  const copies = [...topics].map(([name, values]) => [name, new Map(values)] as const);
  return { topics: new Map(copies), ends: new Map(ends), offsets: new Map(offsets) };
}

function append({ cluster, model }: World, { topic: name, amount }: Act, step: number): void {
  const topic = cluster.catalog.byName(name) ?? cluster.catalog.create({ name, partitions: 1 });
  const values = Array.from({ length: amount }, (_, index) => `step ${step}, record ${index}`);
  const { observers, clock } = cluster;
  const target = { topic, partition: topic.partition(0)!, now: clock.now(), observers };
  const { baseOffset } = appendRecords(target, batchOf({ values }), () => 'NONE');
  const known = model.topics.get(name) ?? new Map<number, string>();
  for (const [index, value] of values.entries()) known.set(Number(baseOffset) + index, value);
  model.topics.set(name, known);
  model.ends.set(name, Number(baseOffset) + amount);
}

function trim({ cluster, model }: World, name: string, amount: number): void {
  const log = cluster.catalog.byName(name)?.partition(0)?.log;
  if (!log) return;
  log.deleteBefore(log.watermarks.logStart + BigInt(amount));
  const known = model.topics.get(name)!;
  for (const offset of [...known.keys()].slice(0, amount)) known.delete(offset);
}

function remove({ cluster, model }: World, name: string): void {
  const topic = cluster.catalog.byName(name);
  if (!topic) return;
  cluster.catalog.delete(topic);
  cluster.groups.forgetTopic(name);
  model.topics.delete(name);
  model.ends.delete(name);
  for (const group of groups) model.offsets.delete(`${group} ${name}`);
}

function commit({ cluster, model }: World, { group, topic: name, amount }: Act): void {
  const topic = cluster.catalog.byName(name);
  if (!topic) return;
  const place = { topic: name, topicId: topic.id, partition: 0, leaderEpoch: 0, metadata: null, commitTimestamp: 0 };
  cluster.groups.commit(group, { ...place, offset: BigInt(amount) });
  model.offsets.set(`${group} ${name}`, amount);
}

/** What the cluster itself says, in the words of the model. */
function observed({ catalog, groups: all }: ClusterState) {
  const topics = catalog.list().map((topic) => {
    const values = readTopic(topic).map(({ offset, value }) => [offset, String(value)] as const);
    return [topic.name, values, Number(topic.partition(0)?.log.watermarks.end)] as const;
  });
  const offsets = all
    .list()
    .flatMap(({ id, offsets: own }) =>
      own.list().map(({ topic, offset }) => [`${id} ${topic}`, Number(offset)] as const),
    );
  return { topics: topics.sort(), offsets: offsets.sort() };
}

function expected({ topics, ends, offsets }: Model) {
  const shown = [...topics].map(([name, values]) => [name, [...values], ends.get(name)] as const);
  return { topics: shown.sort(), offsets: [...offsets].sort() };
}

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('append', 'append', 'trim', 'delete', 'commit', 'snapshot', 'fork', 'restore'),
  at: fc.nat(9),
  topic: fc.constantFrom(...names),
  group: fc.constantFrom(...groups),
  amount: fc.integer({ min: 1, max: 5 }),
});

function play(acts: readonly Act[], check: (worlds: readonly World[]) => void): void {
  const empty = { topics: new Map(), ends: new Map(), offsets: new Map() };
  const worlds: World[] = [{ cluster: newCluster(), model: empty }];
  const snapshots: { saved: SavedCluster; model: Model }[] = [];
  for (const [step, one] of acts.entries()) {
    const world = worlds[one.at % worlds.length]!;
    const snapshot = snapshots[one.at % Math.max(1, snapshots.length)];
    if (one.kind === 'append') append(world, one, step);
    if (one.kind === 'trim') trim(world, one.topic, one.amount);
    if (one.kind === 'delete') remove(world, one.topic);
    if (one.kind === 'commit') commit(world, one);
    if (one.kind === 'snapshot') snapshots.push({ saved: saveCluster(world.cluster), model: copyOf(world.model) });
    if (one.kind === 'restore' && snapshot) {
      loadCluster(world.cluster, snapshot.saved, 'restore');
      world.model = copyOf(snapshot.model);
    }
    if (one.kind === 'fork' && snapshot) {
      const cluster = newCluster();
      loadCluster(cluster, snapshot.saved, 'fork');
      worlds.push({ cluster, model: copyOf(snapshot.model) });
    }
    check(worlds);
  }
}

test('whatever is done to a cluster, its forks and what it was restored to do not see it', ({ expect }) => {
  const property = fc.property(fc.array(act, { maxLength: 40 }), (acts) =>
    play(acts, (worlds) => {
      for (const { cluster, model } of worlds) expect(observed(cluster)).toEqual(expected(model));
    }),
  );
  fc.assert(property, { numRuns: 300 });
});

test('memory is counted for each cluster by itself', ({ expect }) => {
  const property = fc.property(fc.array(act, { maxLength: 30 }), (acts) =>
    play(acts, (worlds) => {
      for (const { cluster } of worlds) {
        for (const { partitions } of cluster.catalog.list()) {
          const [{ log }] = partitions as [(typeof partitions)[number]];
          const held = log.batches().reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
          expect(log.sizeInBytes).toBe(held);
        }
      }
    }),
  );
  fc.assert(property, { numRuns: 100 });
});
