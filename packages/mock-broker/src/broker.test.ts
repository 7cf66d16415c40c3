import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import { startMockBroker } from './broker.ts';
import { resolveOptions } from './cluster/options.ts';
import { rawClient } from './testing/raw-client.ts';
import { createManualClock } from './time/manual-clock.ts';

const topics = [{ name: 't', partitions: 3 }];

test('gives addresses, and frees them when closed', async () => {
  const broker = await startMockBroker({ nodes: 3 });
  expect(broker.bootstrapServers).toBe(broker.nodes.map(({ port }) => `127.0.0.1:${port}`).join(','));
  const [first] = broker.nodes;
  await broker.close();
  await broker.close();
  await using again = await startMockBroker({ port: first!.port });
  expect(again.nodes[0]?.port).toBe(first?.port);
});

test('equal seeds give equal ids', async () => {
  const idOf = async (seed: number) => {
    await using broker = await startMockBroker({ topics, seed });
    return broker.topic('t').id;
  };
  expect(await idOf(7)).toBe(await idOf(7));
  expect(await idOf(7)).not.toBe(await idOf(8));
});

test('a stopped node’s partitions move to others and do not come back by themselves', async () => {
  await using broker = await startMockBroker({ nodes: 3, topics });
  const leaders = () => broker.topic('t').partitions.map(({ leader }) => leader);
  expect(leaders()).toEqual([1, 2, 3]);
  await broker.stopNode(2);
  expect(leaders()).toEqual([1, 3, 3]);
  expect(broker.brokers).toHaveLength(2);
  await broker.startNode(2);
  expect(leaders()).toEqual([1, 3, 3]);
  broker.moveLeader('t', 1, 2);
  expect(broker.topic('t').partitions[1]).toMatchObject({ leader: 2, leaderEpoch: 2 });
});

test('with nobody up there is no leader, and the first node back takes over', async () => {
  await using broker = await startMockBroker({ nodes: 2, topics: [{ name: 't' }] });
  await broker.crashNode(1);
  await broker.crashNode(2);
  expect(broker.topic('t').partitions[0]?.leader).toBe(-1);
  await broker.startNode(2);
  expect(broker.topic('t').partitions[0]?.leader).toBe(2);
});

test('a crash cuts connections; the log outlives it', async () => {
  await using broker = await startMockBroker({ topics });
  const { port } = broker.nodes[0]!;
  await using client = await rawClient(port);
  await client.produce('t', 'a');
  const poll = client.call(messages.fetch, 12, {
    maxWaitMs: 60_000,
    minBytes: 1_000_000,
    topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }],
  });
  const broken = expect(poll).rejects.toThrow('closed');
  await broker.crashNode(1);
  await broken;
  await broker.startNode(1);
  expect(broker.nodes[0]).toMatchObject({ port, up: true });
  expect((await broker.topic('t').records()).map(({ value }) => String(value))).toEqual(['a']);
});

test('a coordinator can be moved', async () => {
  await using broker = await startMockBroker({ nodes: 2 });
  broker.moveCoordinator('g', 2);
  expect(broker.coordinatorOf('g')).toBe(2);
  await broker.stopNode(2);
  expect(broker.coordinatorOf('g')).toBe(1);
});

test('records are decoded copies with key, value, headers and time', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 't' }] });
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.produce('t', 'hello', { key: 'k', headers: [{ key: 'h', value: 'x' }] });
  const [record] = await broker.topic('t').records();
  expect(record).toEqual({
    partition: 0,
    offset: 0,
    timestamp: 1000,
    key: Buffer.from('k'),
    value: Buffer.from('hello'),
    headers: [{ key: 'h', value: Buffer.from('x') }],
  });
});

test('observers hear of appends until they stop listening', async () => {
  await using broker = await startMockBroker({ topics: [{ name: 't' }] });
  const heard: unknown[] = [];
  const stop = broker.on('append', (event) => heard.push(event));
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.produce('t', 'a');
  stop();
  await client.produce('t', 'b');
  expect(heard).toMatchObject([{ topic: 't', partition: 0, baseOffset: 0, records: 1 }]);
});

test('nodes may be counted from 0', async () => {
  await using broker = await startMockBroker({ nodes: 2, firstNodeId: 0, topics: [{ name: 't', partitions: 2 }] });
  expect(broker.nodes.map(({ id }) => id)).toEqual([0, 1]);
  expect(broker.topic('t').partitions.map(({ leader }) => leader)).toEqual([0, 1]);
  await broker.stopNode(0);
  expect(broker.nodes.map(({ up }) => up)).toEqual([false, true]);
  await broker.startNode(0);
  expect(broker.nodes.map(({ up }) => up)).toEqual([true, true]);
});

test.each([
  [{ nodes: 0 }, 'nodes is 0'],
  [{ partitions: 1.5 }, 'partitions is 1.5'],
  [{ firstNodeId: -1 }, 'firstNodeId is -1'],
  [{ nodes: 2, ports: [1, 2, 3] }, 'names 3 ports for 2 nodes'],
  [{ topics: [{ name: 't', partitions: 0 }] }, 'partitions of topic "t" is 0'],
])('refuses %j', (options, message) => {
  expect(() => resolveOptions(options)).toThrow(message);
});

test('following nodes take following ports', () => {
  expect(resolveOptions({ nodes: 3, port: 9092 }).listeners[0]?.ports).toEqual([9092, 9093, 9094]);
});

test('what is not there is said plainly', async () => {
  await using broker = await startMockBroker({ topics });
  expect(() => broker.topic('nope')).toThrow('There is no topic "nope". Topics: t.');
  expect(() => broker.createTopic({ name: 't' })).toThrow('Topic "t" exists already');
  expect(() => broker.moveLeader('t', 9, 1)).toThrow('no partition 9');
  expect(() => broker.moveLeader('t', 0, 4)).toThrow('The cluster has no node 4: use one of 1.');
  await expect(broker.stopNode(4)).rejects.toThrow('no node 4');
});

test('logs are cleaned by the clock, or when told to', async () => {
  const clock = createManualClock(1000);
  const kept = { name: 'kept', configs: { 'retention.ms': '60000' } };
  const compacted = { name: 'compacted', configs: { 'cleanup.policy': 'compact' } };
  await using broker = await startMockBroker({ clock, topics: [kept, compacted] });
  await using client = await rawClient(broker.nodes[0]!.port);
  await client.produce('kept', 'a');
  for (const value of ['1', '2', '3']) await client.produce('compacted', value, { key: 'k' });
  clock.advance(300_001);
  expect(await broker.topic('kept').records()).toEqual([]);
  await client.produce('compacted', '4', { key: 'k' });
  broker.cleanLogs();
  const values = (await broker.topic('compacted').records()).map(({ value }) => String(value));
  expect(values).toEqual(['3', '4']);
  await broker.close();
  expect(clock.pending()).toBe(0);
});
