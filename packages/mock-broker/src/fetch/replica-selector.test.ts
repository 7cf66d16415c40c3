import { errorCodes, messages } from '@eventstream/kafka-protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest, settle } from '../testing/cluster-under-test.ts';

const racks = [{ rack: 'a' }, { rack: 'b' }, { rack: 'c' }, { rack: 'b' }];
const rackAware: MockBrokerOptions = { nodes: racks, replicaSelector: 'rack-aware', topics: [{ name: 't' }] };

type Ask = { rack?: string; node?: number; version?: number; offset?: bigint; maxWaitMs?: number; session?: number };

/** Fetches `t`, partition 0, and gives what was answered for it: nothing when there is no news in a session. */
async function fetch(under: ClusterUnderTest, ask: Ask) {
  const { rack = '', node = 1, version = 12, offset = 0n, maxWaitMs = 0, session = 0 } = ask;
  const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1000 }] }];
  const where = {
    sessionId: session,
    sessionEpoch: session === 0 ? -1 : 1,
    ...(version >= 11 ? { rackId: rack } : {}),
  };
  const body = { maxWaitMs, minBytes: 1, ...where, topics };
  const answer = await under.call(messages.fetch, { version, node }, body);
  return answer.responses[0]?.partitions[0];
}

async function filled(options: MockBrokerOptions = rackAware): Promise<ClusterUnderTest> {
  const under = clusterUnderTest(options);
  await produce(under, 't', { values: ['x'] });
  return under;
}

describe('the leader, asked by a consumer that names its rack,', () => {
  test.each([
    { why: 'sends it to the replica there, of two to the higher id', rack: 'b', preferred: 4 },
    { why: 'sends it to the only replica there', rack: 'c', preferred: 3 },
    { why: 'serves it itself when it stands there', rack: 'a', preferred: -1 },
    { why: 'serves it itself when nobody stands there', rack: 'z', preferred: -1 },
    { why: 'serves it itself when it names none', rack: '', preferred: -1 },
  ])('$why', async ({ rack, preferred }) => {
    const answer = await fetch(await filled(), { rack });
    expect(answer).toMatchObject({ errorCode: 0, preferredReadReplica: preferred, highWatermark: 1n });
    expect(answer?.records?.byteLength === 0).toBe(preferred >= 0);
  });

  test('sends nobody away unless the cluster is told to', async () => {
    const under = await filled({ ...rackAware, replicaSelector: 'leader' });
    expect(await fetch(under, { rack: 'b' })).toMatchObject({ preferredReadReplica: -1 });
  });

  test('does so at once, whatever the consumer would wait', async () => {
    const under = clusterUnderTest(rackAware);
    expect(await fetch(under, { rack: 'b', maxWaitMs: 60_000 })).toMatchObject({ preferredReadReplica: 4 });
  });

  test('chooses among those that are up, and none for an offset outside of the log', async () => {
    const under = await filled();
    under.cluster.topology.node(4).up = false;
    expect(await fetch(under, { rack: 'b' })).toMatchObject({ preferredReadReplica: 2 });
    const beyond = await fetch(under, { rack: 'b', offset: 2n });
    expect(beyond).toMatchObject({ errorCode: errorCodes.OFFSET_OUT_OF_RANGE, preferredReadReplica: -1 });
  });

  test('does not take it for old news in a session', async () => {
    const under = await filled();
    const partitions = [{ partition: 0, fetchOffset: 1n, partitionMaxBytes: 1000 }];
    const body = { maxWaitMs: 0, minBytes: 1, rackId: 'b', topics: [{ topic: 't', partitions }] };
    const { sessionId } = await under.call(messages.fetch, { version: 12 }, { ...body, sessionEpoch: 0 });
    expect(await fetch(under, { rack: 'b', session: sessionId, offset: 1n })).toMatchObject({
      preferredReadReplica: 4,
    });
  });
});

describe('a follower', () => {
  test('serves who was sent to it, without sending it on', async () => {
    const answer = await fetch(await filled(), { rack: 'c', node: 4 });
    expect(answer).toMatchObject({ errorCode: 0, preferredReadReplica: -1, highWatermark: 1n });
    expect(answer?.records?.byteLength).toBeGreaterThan(0);
  });

  test('wakes a long poll when the leader has stored something', async () => {
    const under = clusterUnderTest(rackAware);
    const poll = fetch(under, { rack: 'b', node: 2, maxWaitMs: 60_000 });
    await settle();
    await produce(under, 't', { values: ['x'] });
    expect((await poll)?.records?.byteLength).toBeGreaterThan(0);
  });

  test('turns those away that do not know of followers, and everybody where it has no replica', async () => {
    const under = await filled();
    const misled = { errorCode: errorCodes.NOT_LEADER_OR_FOLLOWER };
    expect(await fetch(under, { node: 2, version: 10 })).toMatchObject(misled);
    under.cluster.catalog.byName('t')!.partition(0)!.assign([1, 3]);
    expect(await fetch(under, { node: 2 })).toMatchObject(misled);
  });
});

test('clients are told where nodes stand', async () => {
  const under = clusterUnderTest(rackAware);
  const told = [
    (await under.call(messages.metadata, { version: 1 }, { topics: [] })).brokers,
    (await under.call(messages.describeCluster, { version: 1 }, { includeClusterAuthorizedOperations: false })).brokers,
  ];
  expect(told.map((brokers) => brokers.map(({ rack }) => rack))).toEqual([
    ['a', 'b', 'c', 'b'],
    ['a', 'b', 'c', 'b'],
  ]);
  const unknown = await clusterUnderTest().call(messages.metadata, { version: 1 }, { topics: [] });
  expect(unknown.brokers.map(({ rack }) => rack)).toEqual([null]);
});

test('no rack has two replicas while another has none', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(names, fc.nat(20), fc.integer({ min: 1, max: 9 }), (given, index, factor) => {
      const { topology } = clusterUnderTest({ nodes: given.map((rack) => ({ rack })) }).cluster;
      const replicas = topology.replicasFor(index, factor);
      expect(new Set(replicas).size).toBe(Math.min(factor, given.length));
      expect(replicas[0]).toBe((index % given.length) + 1);
      const covered = new Set(replicas.map((id) => topology.rack(id))).size;
      expect(covered).toBe(Math.min(replicas.length, new Set(given).size));
    }),
  );
});
