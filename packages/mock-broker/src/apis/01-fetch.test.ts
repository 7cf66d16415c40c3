import { errorCodes, messages, type RequestInput, readBatches } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { batchOf, produce } from '../testing/batches.ts';
import { type ClusterUnderTest, clusterUnderTest, settle } from '../testing/cluster-under-test.ts';
import { transactionalProducer } from '../testing/transactional-producer.ts';

const topics = [{ name: 't', partitions: 2 }];
const { fetch: api } = messages;
type Wish = {
  isolationLevel?: number;
  offset?: bigint;
  currentLeaderEpoch?: number;
  maxWaitMs?: number;
  minBytes?: number;
  maxBytes?: number;
  partitionMaxBytes?: number;
};

function request(wish: Wish = {}, partitions = [0]): RequestInput<typeof api> {
  const { offset = 0n, maxWaitMs = 0, minBytes = 1, maxBytes = 1_000_000, partitionMaxBytes = 1_000_000 } = wish;
  const { isolationLevel = 0, currentLeaderEpoch = -1 } = wish;
  const place = { currentLeaderEpoch, fetchOffset: offset, partitionMaxBytes };
  const wanted = partitions.map((partition) => ({ partition, ...place }));
  return { isolationLevel, maxWaitMs, minBytes, maxBytes, topics: [{ topic: 't', partitions: wanted }] };
}

async function fetch(under: ClusterUnderTest, wish: Wish = {}, partitions = [0]) {
  const answer = await under.call(api, { version: 12 }, request(wish, partitions));
  return answer.responses.flatMap((topic) => topic.partitions);
}

function values(records: Uint8Array | null): string[] {
  return [...readBatches(records ?? new Uint8Array())].flatMap((batch) =>
    [...batch.records()].map(({ offset, value }) => `${offset}:${Buffer.from(value ?? [])}`),
  );
}

test('gives whole batches from the one that holds the offset', async () => {
  const under = clusterUnderTest({ topics });
  await produce(under, 't', { values: ['a', 'b'] });
  await produce(under, 't', { values: ['c'] });
  const [partition] = await fetch(under, { offset: 1n });
  expect(values(partition!.records)).toEqual(['0:a', '1:b', '2:c']);
  expect(partition).toMatchObject({ highWatermark: 3n, lastStableOffset: 3n, logStartOffset: 0n, errorCode: 0 });
});

test('at the end there is nothing, beyond it an error', async () => {
  const under = clusterUnderTest({ topics });
  await produce(under, 't', { values: ['a'] });
  const [atEnd] = await fetch(under, { offset: 1n });
  expect(values(atEnd!.records)).toEqual([]);
  const [beyond] = await fetch(under, { offset: 2n });
  expect(beyond?.errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE);
});

test('the first batch comes whole, whatever the limits', async () => {
  const under = clusterUnderTest({ topics });
  await produce(under, 't', { values: ['x'.repeat(500)] });
  await produce(under, 't', { values: ['y'] });
  await produce(under, 't', { values: ['z'] }, 1);
  const [first, second] = await fetch(under, { maxBytes: 10, partitionMaxBytes: 10 }, [0, 1]);
  expect(values(first!.records)).toEqual([`0:${'x'.repeat(500)}`]);
  expect(values(second!.records)).toEqual([]);
});

describe('a long poll', () => {
  test('is answered by an append', async () => {
    const under = clusterUnderTest({ topics });
    const poll = fetch(under, { maxWaitMs: 60_000 });
    await settle();
    await produce(under, 't', { values: ['a'] });
    expect(values((await poll)[0]!.records)).toEqual(['0:a']);
    expect(under.clock.pending()).toBe(0);
  });

  test('is answered empty when its time is over', async () => {
    const under = clusterUnderTest({ topics });
    const poll = fetch(under, { maxWaitMs: 500 });
    await settle();
    under.clock.advance(500);
    expect(values((await poll)[0]!.records)).toEqual([]);
  });

  test('waits for minBytes', async () => {
    const under = clusterUnderTest({ topics });
    const poll = fetch(under, { maxWaitMs: 500, minBytes: 150 });
    await settle();
    await produce(under, 't', { values: ['a'] });
    await settle();
    expect(under.clock.pending()).toBe(1);
    await produce(under, 't', { values: ['b'] });
    await produce(under, 't', { values: ['c'] });
    expect(values((await poll)[0]!.records)).toContain('0:a');
  });

  test('ends at once when the leader moves', async () => {
    const under = clusterUnderTest({ topics, nodes: 2 });
    const poll = fetch(under, { maxWaitMs: 60_000, currentLeaderEpoch: 0 });
    await settle();
    under.cluster.catalog.byName('t')?.partition(0)?.lead(2);
    const [partition] = await poll;
    expect(partition).toMatchObject({
      errorCode: errorCodes.FENCED_LEADER_EPOCH,
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    });
  });

  test('sees every partition one request appended to', async () => {
    const under = clusterUnderTest({ topics });
    const poll = fetch(under, { maxWaitMs: 60_000 }, [0, 1]);
    await settle();
    const partitionData = [0, 1].map((index) => ({ index, records: batchOf({ values: ['a'] }) }));
    const both = { acks: 1, timeoutMs: 1, topicData: [{ name: 't', partitionData }] };
    await under.call(messages.produce, { version: 9 }, both);
    const found = (await poll).map(({ records }) => values(records));
    expect(found).toEqual([['0:a'], ['0:a']]);
  });
});

test('a client with an old epoch is fenced, with a future one turned away', async () => {
  const under = clusterUnderTest({ topics });
  under.cluster.catalog.byName('t')?.partition(0)?.lead(1);
  const ask = async (currentLeaderEpoch: number) => {
    const wanted = [{ partition: 0, currentLeaderEpoch, fetchOffset: 0n, partitionMaxBytes: 1 }];
    const body = { maxWaitMs: 0, minBytes: 0, topics: [{ topic: 't', partitions: wanted }] };
    return (await under.call(api, { version: 12 }, body)).responses[0]?.partitions[0]?.errorCode;
  };
  expect(await ask(0)).toBe(errorCodes.FENCED_LEADER_EPOCH);
  expect(await ask(1)).toBe(0);
  expect(await ask(2)).toBe(errorCodes.UNKNOWN_LEADER_EPOCH);
});

test('v13 names topics by id, v16 adds addresses to a leader hint', async () => {
  const under = clusterUnderTest({ nodes: 2 });
  under.cluster.catalog.create({ name: 't', partitions: 1, replicationFactor: 1 });
  await produce(under, 't', { values: ['a'] });
  const topicId = under.cluster.catalog.byName('t')!.id;
  const wanted = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }];
  const body = { maxWaitMs: 0, minBytes: 1, topics: [{ topicId, partitions: wanted }] };
  const answer = await under.call(api, { version: 16, node: 2 }, body);
  expect(answer.responses[0]?.partitions[0]?.currentLeader.leaderId).toBe(1);
  expect(answer.nodeEndpoints).toHaveLength(2);
  const led = await under.call(api, { version: 16, node: 1 }, body);
  expect(values(led.responses[0]?.partitions[0]?.records ?? null)).toEqual(['0:a']);
  under.cluster.catalog.byName('t')!.partition(0)!.lead(1);
  const stale = { ...body, topics: [{ topicId, partitions: [{ ...wanted[0]!, currentLeaderEpoch: 0 }] }] };
  const fenced = await under.call(api, { version: 16, node: 1 }, stale);
  expect(fenced.responses[0]?.partitions[0]).toMatchObject({
    errorCode: errorCodes.FENCED_LEADER_EPOCH,
    currentLeader: { leaderId: 1, leaderEpoch: 1 },
  });
});

describe('who reads committed records only', () => {
  const committed = { isolationLevel: 1 };

  test('gets nothing from the first open transaction on, and with the rest what was aborted', async () => {
    const under = clusterUnderTest({ topics });
    const [one, two] = [await transactionalProducer(under), await transactionalProducer(under, { id: 'other' })];
    await produce(under, 't', { values: ['a'] });
    await one.send('t', ['b']);
    await two.send('t', ['c']);
    await produce(under, 't', { values: ['d'] });
    const read = async (offset = 0n) => (await fetch(under, { ...committed, offset }))[0]!;
    expect(await read()).toMatchObject({ highWatermark: 4n, lastStableOffset: 1n, abortedTransactions: [] });
    expect(values((await read()).records)).toEqual(['0:a']);
    expect(values((await read(2n)).records)).toEqual([]);
    await one.abort();
    expect(await read()).toMatchObject({ lastStableOffset: 2n });
    await two.commit();
    const whole = await read();
    expect(whole).toMatchObject({ highWatermark: 6n, lastStableOffset: 6n });
    expect(whole.abortedTransactions).toEqual([{ producerId: one.producerId, firstOffset: 1n }]);
    expect((await read(5n)).abortedTransactions).toEqual([]);
    const [uncommitted] = await fetch(under, {});
    expect([uncommitted?.lastStableOffset, uncommitted?.abortedTransactions]).toEqual([6n, null]);
  });

  test('is woken by the end of the transaction, not by what is written into it', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    const poll = fetch(under, { ...committed, maxWaitMs: 60_000 });
    await producer.send('t', ['a']);
    await settle();
    expect(under.clock.pending()).toBe(2);
    await producer.commit();
    expect(values((await poll)[0]!.records)[0]).toBe('0:a');
  });

  test('is not stopped by an open transaction whose records were deleted', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    await producer.send('t', ['a']);
    await produce(under, 't', { values: ['b'] });
    under.cluster.catalog.byName('t')!.partition(0)!.log.deleteBefore(2n);
    const [partition] = await fetch(under, { ...committed, offset: 2n });
    expect(partition).toMatchObject({ lastStableOffset: 2n, logStartOffset: 2n, errorCode: 0 });
  });
});

describe('in a session (KIP-227)', () => {
  type Ask = { sessionId?: number; sessionEpoch: number; partitions?: number[]; offset?: bigint; forget?: number[] };

  const ask = async (
    under: ClusterUnderTest,
    { sessionId = 0, sessionEpoch, partitions = [], offset = 0n, forget }: Ask,
  ) => {
    const forgottenTopicsData = forget ? [{ topic: 't', partitions: forget }] : [];
    const plain = request({ offset, partitionMaxBytes: 1000 }, partitions);
    const topicsAsked = partitions.length > 0 ? plain.topics : [];
    const body = { ...plain, topics: topicsAsked, sessionId, sessionEpoch, forgottenTopicsData };
    const answer = await under.call(api, { version: 12 }, body);
    const heard = answer.responses.flatMap((topic) => topic.partitions.map((one) => one.partitionIndex));
    return { sessionId: answer.sessionId, error: answer.errorCode, heard };
  };

  const open = async () => {
    const under = clusterUnderTest({ topics });
    const { sessionId, heard } = await ask(under, { sessionEpoch: 0, partitions: [0, 1] });
    expect([sessionId > 0, heard]).toEqual([true, [0, 1]]);
    return { under, sessionId };
  };

  test('a partition is named once and heard of when there is something new', async () => {
    const { under, sessionId } = await open();
    expect((await ask(under, { sessionId, sessionEpoch: 1 })).heard).toEqual([]);
    await produce(under, 't', { values: ['a'] }, 1);
    expect((await ask(under, { sessionId, sessionEpoch: 2 })).heard).toEqual([1]);
    expect((await ask(under, { sessionId, sessionEpoch: 3, partitions: [1], offset: 1n })).heard).toEqual([]);
    under.cluster.catalog.byName('t')!.partition(1)!.log.deleteBefore(1n);
    expect((await ask(under, { sessionId, sessionEpoch: 4 })).heard).toEqual([1]);
    expect((await ask(under, { sessionId, sessionEpoch: 5 })).heard).toEqual([]);
  });

  test('an error is heard again and again', async () => {
    const { under, sessionId } = await open();
    expect((await ask(under, { sessionId, sessionEpoch: 1, partitions: [0], offset: 9n })).heard).toEqual([0]);
    expect((await ask(under, { sessionId, sessionEpoch: 2 })).heard).toEqual([0]);
    expect((await ask(under, { sessionId, sessionEpoch: 3, partitions: [0] })).heard).toEqual([0]);
    expect((await ask(under, { sessionId, sessionEpoch: 4 })).heard).toEqual([]);
  });

  test('who got records comes last the next time', async () => {
    const { under, sessionId } = await open();
    await produce(under, 't', { values: ['a'] }, 0);
    await produce(under, 't', { values: ['a'] }, 1);
    expect((await ask(under, { sessionId, sessionEpoch: 1, partitions: [1], offset: 1n })).heard).toEqual([0, 1]);
    expect((await ask(under, { sessionId, sessionEpoch: 2, partitions: [1], offset: 0n })).heard).toEqual([1, 0]);
  });

  test('a forgotten partition is not heard of; the last one takes the session with it', async () => {
    const { under, sessionId } = await open();
    await produce(under, 't', { values: ['a'] }, 0);
    expect((await ask(under, { sessionId, sessionEpoch: 1, forget: [0] })).heard).toEqual([]);
    expect(await ask(under, { sessionId, sessionEpoch: 2, forget: [1] })).toEqual({
      sessionId: 0,
      error: 0,
      heard: [],
    });
    expect((await ask(under, { sessionId, sessionEpoch: 3 })).error).toBe(errorCodes.FETCH_SESSION_ID_NOT_FOUND);
  });

  test('requests come in order, and keep to ids or names', async () => {
    const { under, sessionId } = await open();
    expect((await ask(under, { sessionId, sessionEpoch: 2 })).error).toBe(errorCodes.INVALID_FETCH_SESSION_EPOCH);
    const byId = { ...request(), topics: [], sessionId, sessionEpoch: 1 };
    const answer = await under.call(api, { version: 13 }, byId);
    expect(answer.errorCode).toBe(errorCodes.FETCH_SESSION_TOPIC_ID_ERROR);
    expect((await ask(under, { sessionId, sessionEpoch: 1 })).error).toBe(0);
  });

  test('starting over or saying goodbye ends it; another node does not know it', async () => {
    const { under, sessionId } = await open();
    const next = await ask(under, { sessionId, sessionEpoch: 0, partitions: [0] });
    expect(next.sessionId).not.toBe(sessionId);
    expect((await ask(under, { sessionId, sessionEpoch: 1 })).error).toBe(errorCodes.FETCH_SESSION_ID_NOT_FOUND);
    const goodbye = await ask(under, { sessionId: next.sessionId, sessionEpoch: -1, partitions: [0] });
    expect(goodbye).toEqual({ sessionId: 0, error: 0, heard: [0] });
    const gone = await ask(under, { sessionId: next.sessionId, sessionEpoch: 1 });
    expect(gone.error).toBe(errorCodes.FETCH_SESSION_ID_NOT_FOUND);
  });

  test('a fault on a topic strikes requests that do not name it any more', async () => {
    const { under, sessionId } = await open();
    under.faults.on('Fetch').topic('t').fail('KAFKA_STORAGE_ERROR');
    expect(await ask(under, { sessionId, sessionEpoch: 1 })).toMatchObject({ error: 0, heard: [0, 1] });
    expect(await ask(under, { sessionId, sessionEpoch: 2 })).toMatchObject({ error: 0, heard: [] });
  });

  test('a fault on one partition leaves the session and the other partitions alone', async () => {
    const { under, sessionId } = await open();
    await produce(under, 't', { values: ['a'] }, 0);
    await produce(under, 't', { values: ['b'] }, 1);
    under.faults.on('Fetch').topic('t', 1).fail('KAFKA_STORAGE_ERROR');
    const body = { ...request(), topics: [], sessionId, sessionEpoch: 1, maxWaitMs: 60_000 };
    const answer = await under.call(api, { version: 12 }, body);
    const heard = answer.responses[0]!.partitions.map((one) => [
      one.partitionIndex,
      one.errorCode,
      values(one.records).length,
    ]);
    expect(heard).toEqual([
      [0, 0, 1],
      [1, errorCodes.KAFKA_STORAGE_ERROR, 0],
    ]);
    expect((await ask(under, { sessionId, sessionEpoch: 2 })).heard).toEqual([0, 1]);
  });
});
