import { errorCodes, messages, RecordBatch } from '@eventstream/kafka-protocol';
import { describe, expect, test } from 'vitest';
import { batchOf, produce } from '../testing/batches.ts';
import { clusterUnderTest } from '../testing/cluster-under-test.ts';
import { errorName, transactionalProducer } from '../testing/transactional-producer.ts';
import { createManualClock } from '../time/manual-clock.ts';

const topics = [{ name: 't', partitions: 2 }];
const { produce: api } = messages;

function request(records: Uint8Array | null, { acks = -1, index = 0, name = 't' } = {}) {
  return { acks, timeoutMs: 1000, topicData: [{ name, partitionData: [{ index, records }] }] };
}

/** The one partition's error name of a request sent in v9. */
async function errorOf(under: ReturnType<typeof clusterUnderTest>, body: ReturnType<typeof request>, node = 1) {
  const answer = await under.call(api, { version: 9, node }, body);
  const code = answer.responses[0]!.partitionResponses[0]!.errorCode;
  return Object.entries(errorCodes).find(([, value]) => value === code)?.[0];
}

test('stores batches one behind the other', async () => {
  const under = clusterUnderTest({ topics });
  expect(await produce(under, 't', { values: ['a', 'b'] })).toMatchObject({ errorCode: 0, baseOffset: 0n });
  expect(await produce(under, 't', { values: ['c'] })).toMatchObject({ errorCode: 0, baseOffset: 2n });
  expect(await produce(under, 't', { values: ['d'] }, 1)).toMatchObject({ errorCode: 0, baseOffset: 0n });
});

test('answers nothing with acks=0, but stores', async () => {
  const under = clusterUnderTest({ topics });
  const sent = under.call(api, { version: 9 }, request(batchOf({ values: ['a'] }), { acks: 0 }));
  await expect(sent).rejects.toThrow('silent');
  expect(under.cluster.catalog.byName('t')?.partition(0)?.log.watermarks.end).toBe(1n);
});

test('with acks=0 an error shows as a lost connection', async () => {
  const under = clusterUnderTest({ topics, nodes: 2 });
  const sent = under.call(api, { version: 9, node: 2 }, request(batchOf({ values: ['a'] }), { acks: 0 }));
  await expect(sent).rejects.toThrow('close');
});

test('refuses what it cannot place', async () => {
  const under = clusterUnderTest({ topics, nodes: 2 });
  const records = batchOf({ values: ['a'] });
  expect(await errorOf(under, request(records, { name: 'nope' }))).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  expect(await errorOf(under, request(records, { index: 2 }))).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  expect(await errorOf(under, request(records), 2)).toBe('NOT_LEADER_OR_FOLLOWER');
  expect(await errorOf(under, request(records, { acks: 2 }))).toBe('INVALID_REQUIRED_ACKS');
});

test('v10 tells where the leader is', async () => {
  const under = clusterUnderTest({ topics, nodes: 2 });
  const answer = await under.call(api, { version: 10, node: 2 }, request(batchOf({ values: ['a'] })));
  expect(answer.responses[0]?.partitionResponses[0]?.currentLeader).toEqual({ leaderId: 1, leaderEpoch: 0 });
  expect(answer.nodeEndpoints.map(({ nodeId, port }) => ({ nodeId, port }))).toEqual([
    { nodeId: 1, port: 9001 },
    { nodeId: 2, port: 9002 },
  ]);
});

test('v13 names topics by id', async () => {
  const under = clusterUnderTest({ topics });
  const send = (topicId: string) =>
    under.call(
      api,
      { version: 13 },
      {
        acks: 1,
        timeoutMs: 1,
        topicData: [{ topicId, partitionData: [{ index: 0, records: batchOf({ values: ['a'] }) }] }],
      },
    );
  const known = await send(under.cluster.catalog.byName('t')!.id);
  expect(known.responses[0]?.partitionResponses[0]?.errorCode).toBe(0);
  const unknown = await send('11111111-1111-4111-8111-111111111111');
  expect(unknown.responses[0]?.partitionResponses[0]?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_ID);
});

describe('verifies a batch before it is stored', () => {
  const damaged = (change: (view: DataView) => void): Uint8Array => {
    const bytes = new Uint8Array(batchOf({ values: ['a', 'b'] }));
    change(new DataView(bytes.buffer));
    return bytes;
  };

  test.each([
    ['no records', null, 'INVALID_RECORD'],
    ['a cut-off header', batchOf({ values: ['a'] }).subarray(0, 40), 'INVALID_RECORD'],
    ['a cut-off batch', batchOf({ values: ['abc'] }).subarray(0, -1), 'INVALID_RECORD'],
    ['two batches', Buffer.concat([batchOf({ values: ['a'] }), batchOf({ values: ['b'] })]), 'INVALID_RECORD'],
    ['an old magic', damaged((view) => view.setInt8(16, 1)), 'INVALID_RECORD'],
    ['no magic at all', damaged((view) => view.setInt8(16, 87)), 'CORRUPT_MESSAGE'],
    ['a wrong checksum', damaged((view) => view.setUint32(17, 1)), 'CORRUPT_MESSAGE'],
    ['a flipped bit', damaged((view) => view.setUint8(65, view.getUint8(65) ^ 1)), 'CORRUPT_MESSAGE'],
  ])('%s', async (_name, records, error) => {
    const under = clusterUnderTest({ topics });
    expect(await errorOf(under, request(records))).toBe(error);
    expect(under.cluster.catalog.byName('t')?.partition(0)?.log.watermarks.end).toBe(0n);
  });

  test('more than max.message.bytes', async () => {
    const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'max.message.bytes': '100' } }] });
    expect(await errorOf(under, request(batchOf({ values: ['x'.repeat(100)] })))).toBe('MESSAGE_TOO_LARGE');
    expect(await errorOf(under, request(batchOf({ values: ['x'] })))).toBe('NONE');
  });
});

test('a repeated batch of an idempotent producer is answered with where it lies', async () => {
  const under = clusterUnderTest({ topics });
  const identity = { producerId: 7n, producerEpoch: 0 };
  const first = { values: ['a', 'b'], ...identity, baseSequence: 0 };
  expect(await produce(under, 't', first)).toMatchObject({ errorCode: 0, baseOffset: 0n });
  expect(await produce(under, 't', first)).toMatchObject({ errorCode: 0, baseOffset: 0n });
  const gap = { values: ['d'], ...identity, baseSequence: 3 };
  expect(await produce(under, 't', gap)).toMatchObject({ errorCode: errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER });
  expect(under.cluster.catalog.byName('t')?.partition(0)?.log.watermarks.end).toBe(2n);
});

test('log append time replaces the producer’s', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'message.timestamp.type': 'LogAppendTime' } }] });
  const answer = await produce(under, 't', { values: ['a'] });
  expect(answer.logAppendTimeMs).toBe(BigInt(under.clock.now()));
});

test('log append time may be switched on and off while the topic is used', async () => {
  const under = clusterUnderTest({ topics });
  const { configs } = under.cluster.catalog.byName('t')!;
  const { log } = under.cluster.catalog.byName('t')!.partition(0)!;
  const types = async (value: string) => {
    configs.set('message.timestamp.type', value);
    const { logAppendTimeMs } = await produce(under, 't', { values: ['a'] });
    const batch = new RecordBatch(log.batches().at(-1)!.bytes);
    return [logAppendTimeMs, batch.timestampType, batch.checksumMatches()];
  };
  const now = BigInt(under.clock.now());
  expect(await types('CreateTime')).toEqual([-1n, 'CreateTime', true]);
  expect(await types('LogAppendTime')).toEqual([now, 'LogAppendTime', true]);
  expect(await types('CreateTime')).toEqual([-1n, 'CreateTime', true]);
});

test('min.insync.replicas counts nodes that are up, for acks=-1 only', async () => {
  const under = clusterUnderTest({ nodes: 2, topics: [{ name: 't', configs: { 'min.insync.replicas': '2' } }] });
  const records = batchOf({ values: ['a'] });
  expect(await errorOf(under, request(records))).toBe('NONE');
  under.cluster.topology.node(2).up = false;
  expect(await errorOf(under, request(records))).toBe('NOT_ENOUGH_REPLICAS');
  expect(await errorOf(under, request(records, { acks: 1 }))).toBe('NONE');
});

test('min.insync.replicas asks for no more replicas than a partition has', async () => {
  const under = clusterUnderTest({ topics: [{ name: 't', configs: { 'min.insync.replicas': '2' } }] });
  expect(await errorOf(under, request(batchOf({ values: ['a'] })))).toBe('NONE');
});

describe('records too far from the broker’s time are refused', () => {
  const hour = 3_600_000;
  const errorAt = async (offsetMs: number, configs: Record<string, string>, shared = true) => {
    const clock = Object.assign(createManualClock(), { isSharedWithClients: shared });
    const under = clusterUnderTest({ clock, topics: [{ name: 't', configs }] });
    return errorOf(under, request(batchOf({ values: ['a'], timestamps: [BigInt(clock.now() + offsetMs)] })));
  };

  test.each([
    ['an hour ahead', hour, {}, 'NONE'],
    ['more than an hour ahead', hour + 1, {}, 'INVALID_TIMESTAMP'],
    ['years old', -1e11, {}, 'NONE'],
    ['older than the topic takes', -1001, { 'message.timestamp.before.max.ms': '1000' }, 'INVALID_TIMESTAMP'],
    ['of no importance', 2 * hour, { 'message.timestamp.type': 'LogAppendTime' }, 'NONE'],
  ])('%s', async (_what, offsetMs, configs, error) => {
    expect(await errorAt(offsetMs, configs)).toBe(error);
  });

  test.each([
    ['ahead', 1001, 'INVALID_TIMESTAMP'],
    ['behind', -1001, 'INVALID_TIMESTAMP'],
    ['within', 1000, 'NONE'],
  ])('before 4.0 one bound holds for both sides: %s', async (_what, offsetMs, error) => {
    const clock = Object.assign(createManualClock(), { isSharedWithClients: true });
    const configs = { 'message.timestamp.difference.max.ms': '1000' };
    const under = clusterUnderTest({ clock, asVersion: '2.4', topics: [{ name: 't', configs }] });
    const sent = { ...request(batchOf({ values: ['a'], timestamps: [BigInt(clock.now() + offsetMs)] })) };
    const answer = await under.call(api, { version: 8 }, sent);
    expect(errorName(answer.responses[0]?.partitionResponses[0]?.errorCode)).toBe(error);
  });

  test('not while the broker lives on a clock of its own', async () => {
    expect(await errorAt(10 * hour, {}, false)).toBe('NONE');
  });
});

describe('in a transaction', () => {
  test('a partition joins by being written to since v12; before, it must have been added', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    expect(await producer.send('t', ['a'], { version: 9 })).toBe('INVALID_TXN_STATE');
    expect(await producer.send('t', ['a'], { version: 11 })).toBe('TRANSACTION_ABORTABLE');
    expect(await producer.send('t', ['a'], { version: 12 })).toBe('NONE');
    expect(await producer.send('t', ['b'], { version: 9 })).toBe('NONE');
    await producer.commit();
    await producer.add('t');
    expect(await producer.send('t', ['c'], { version: 9 })).toBe('NONE');
  });

  test('only its owner writes, under its transactional id', async () => {
    const under = clusterUnderTest({ topics });
    const { producerId, producerEpoch } = await transactionalProducer(under);
    const send = async (transactionalId: string | null, identity: { producerId: bigint; producerEpoch: number }) => {
      const records = batchOf({ values: ['a'], isTransactional: true, baseSequence: 0, ...identity });
      const body = { ...request(records), transactionalId };
      const answer = await under.call(api, { version: 12 }, body);
      return errorName(answer.responses[0]?.partitionResponses[0]?.errorCode);
    };
    expect(await send(null, { producerId, producerEpoch })).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    expect(await send('nobody', { producerId, producerEpoch })).toBe('INVALID_PRODUCER_ID_MAPPING');
    expect(await send('tx', { producerId: 99n, producerEpoch })).toBe('INVALID_PRODUCER_ID_MAPPING');
    expect(await send('tx', { producerId, producerEpoch: 5 })).toBe('INVALID_PRODUCER_EPOCH');
    expect(await send('tx', { producerId, producerEpoch })).toBe('NONE');
  });

  test('its producer may not write outside of it meanwhile', async () => {
    const under = clusterUnderTest({ topics });
    const producer = await transactionalProducer(under);
    await producer.send('t', ['a']);
    const { producerId, producerEpoch } = producer;
    const outside = await produce(under, 't', { values: ['b'], producerId, producerEpoch, baseSequence: 1 });
    expect(errorName(outside.errorCode)).toBe('INVALID_TXN_STATE');
  });
});
