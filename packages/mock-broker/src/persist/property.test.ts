import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster/cluster.ts';
import { resolveOptions } from '../cluster/options.ts';
import type { ClusterState } from '../dispatch/context.ts';
import { type SavedCluster, saveCluster } from '../snapshot/saved-cluster.ts';
import { batchOf } from '../testing/batches.ts';
import { type Happening, happeningKinds, letHappen } from '../testing/random-life.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { appendRecords } from '../topics/append.ts';
import { Journal } from './journal.ts';
import { KeptCluster } from './kept-cluster.ts';
import { Replica } from './replica.ts';
import { toTaggedJson } from './tagged-json.ts';

const layout = { nodes: 1, firstNodeId: 1 };
/** So little that files are written anew all the time. */
const SLACK_BYTES = 3000;

/** A cluster in a directory, as it is when a process begins. */
function begin(folder: string): { readonly cluster: ClusterState; readonly kept: KeptCluster } {
  const kept = new KeptCluster(folder, layout, SLACK_BYTES);
  const cluster = createCluster(resolveOptions({ clock: createManualClock(), acls: {} }), kept.past);
  cluster.topology.add({ id: 1, host: '127.0.0.1', port: 9001, up: true });
  kept.begin(cluster);
  return { cluster, kept };
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventstream-persist-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readBack(folder: string): Promise<SavedCluster | undefined> {
  const replica = new Replica();
  const journal = new Journal(folder);
  journal.open((entry) => replica.apply(entry));
  await journal.close();
  return replica.save();
}

function appendLarge({ catalog, clock, observers }: ClusterState): void {
  const topic = catalog.byName('orders') ?? catalog.create({ name: 'orders', partitions: 1 });
  const records = batchOf({ values: ['large'.repeat(400)] });
  appendRecords({ topic, partition: topic.partition(0)!, now: clock.now(), observers }, records, () => 'NONE');
}

/** What is to be equal: all but the order in which batches of one moment are thrown away when memory is short. */
function comparable({ topics, groups, transactions, ...rest }: SavedCluster) {
  const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);
  const logs = topics.topics.map(({ partitions, ...topic }) => ({
    ...topic,
    partitions: partitions.map(({ log: { batches, ...log }, ...partition }) => ({
      ...partition,
      log,
      batches: batches.batches.slice(batches.head).map((batch) => ({
        ...batch!,
        arrival: 0,
        bytes: Buffer.from(batch!.bytes).toString('hex'),
      })),
    })),
  }));
  const offsets = groups.groups.map(({ offsets: { committed, ...own }, ...group }) => ({
    ...group,
    ...own,
    committed: committed.map((placed) => toTaggedJson(placed)).sort(),
  }));
  return {
    ...rest,
    topics: logs.sort(byId),
    groups: offsets.sort(byId),
    shares: groups.shares,
    transactions: [...transactions].sort(byId),
  };
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom(...happeningKinds),
  a: fc.nat(5),
  b: fc.nat(30),
});
/** What happens between two answers. */
const turns = fc.array(
  fc.record({
    happenings: fc.array(happening, { minLength: 1, maxLength: 4 }),
    next: fc.constantFrom('go on', 'go on', 'go on', 'wait', 'restart'),
  }),
  { maxLength: 25 },
);

test('whatever happens to a cluster, its directory holds what it has told', async () => {
  const property = fc.asyncProperty(turns, (script) =>
    inFolder(async (folder) => {
      let { cluster, kept } = begin(folder);
      for (const { happenings, next } of script) {
        for (const one of happenings) letHappen(cluster, one);
        expect(kept.commit()).toBe(true);
        if (next === 'wait') await kept.settledBytes();
        if (next !== 'restart') continue;
        const before = comparable(saveCluster(cluster));
        // The end of the process comes here: what happens now was told to nobody.
        letHappen(cluster, { kind: 'append', a: 0, b: 0 });
        await kept.close();
        expect(comparable((await readBack(folder))!)).toEqual(before);
        ({ cluster, kept } = begin(folder));
      }
      await kept.close();
      expect(comparable((await readBack(folder))!)).toEqual(comparable(saveCluster(cluster)));
    }),
  );
  await fc.assert(property, { numRuns: 50 });
});

test('files do not grow for ever, and shrink when records go', () =>
  inFolder(async (folder) => {
    const { cluster, kept } = begin(folder);
    for (let turn = 0; turn < 300; turn += 1) {
      appendLarge(cluster);
      letHappen(cluster, { kind: 'commit', a: 0, b: turn % 30 });
      kept.commit();
      if (turn % 20 === 0) await kept.settledBytes();
    }
    const onDisk = () => readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    const { logBytes } = cluster.catalog;
    expect(logBytes).toBeGreaterThan(10 * SLACK_BYTES);
    expect(onDisk()).toBeLessThan(3 * logBytes + 4 * SLACK_BYTES);
    for (const { partitions } of cluster.catalog.list()) for (const { log } of partitions) log.deleteBefore(10_000n);
    kept.commit();
    await kept.settledBytes();
    expect(cluster.catalog.logBytes).toBe(0);
    expect(onDisk()).toBeLessThan(4 * SLACK_BYTES);
    await kept.close();
  }));

test('a process that dies while files are written anew leaves a directory that is whole', () =>
  inFolder(async (parent) => {
    const [folder, before, between] = ['own', 'before', 'between'].map((name) => path.join(parent, name)) as [
      string,
      string,
      string,
    ];
    const { cluster, kept } = begin(folder);
    while (!readdirSync(folder).includes('journal-000002')) {
      cpSync(folder, before, { recursive: true });
      appendLarge(cluster);
      for (const kind of happeningKinds.filter((one) => one !== 'appendAndTrim'))
        letHappen(cluster, { kind, a: 1, b: 7 });
      kept.commit();
    }
    // The new journal has begun, and no snapshot is there yet.
    cpSync(folder, between, { recursive: true });
    const told = comparable(saveCluster(cluster));
    await kept.settledBytes();
    expect(readdirSync(folder).sort()).toEqual(['format.json', 'journal-000002', 'lock', 'snapshot-000002']);
    await kept.close();
    rmSync(path.join(between, 'snapshot-000002.new'), { force: true });
    expect(comparable((await readBack(between))!)).toEqual(told);
    // The snapshot has its name, and what is older is still there.
    cpSync(path.join(before, 'journal-000001'), path.join(folder, 'journal-000001'));
    expect(comparable((await readBack(folder))!)).toEqual(told);
    expect(readdirSync(folder).sort()).toEqual(['format.json', 'journal-000002', 'snapshot-000002']);
  }));
