import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { EventstreamError, Moments } from '@eventstream/core';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { describe, expect, test } from 'vitest';
import { kafkajs } from '../src/index.ts';
import { connected } from './connected.ts';
import { joinGroup, until } from './group-member.ts';

const oneTopic = { topics: [{ name: 't', partitions: 2 }] };

/** Runs something and says how long it took. */
async function timed<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

/** Counts the connections a broker has open. */
function connectionsOf(broker: MockBroker): { readonly open: number } {
  const counted = { open: 0 };
  broker.on('connection', ({ open }) => {
    counted.open += open ? 1 : -1;
  });
  return counted;
}

/** A port where something listens and never says a word. */
async function silentPort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('connect', () => {
  test('to a dead broker rejects within its timeout, naming the brokers', async () => {
    const { port, ...server } = await silentPort();
    await server[Symbol.asyncDispose]();
    const transport = kafkajs({ brokers: [`127.0.0.1:${port}`], connectTimeout: '300ms' });
    const { value, ms } = await timed(() => transport.connect().catch((error: EventstreamError) => error));
    expect(value).toMatchObject({
      code: 'transport-unreachable',
      retriable: true,
      facts: { brokers: [`127.0.0.1:${port}`] },
    });
    expect(ms).toBeLessThan(2000);
  });

  test('to a broker that never answers does so too', async () => {
    await using silent = await silentPort();
    const transport = kafkajs({ brokers: `127.0.0.1:${silent.port}`, connectTimeout: '300ms' });
    const { value, ms } = await timed(() => transport.connect().catch((error: EventstreamError) => error));
    expect(value).toMatchObject({ code: 'transport-unreachable' });
    expect(ms).toBeLessThan(2000);
  });

  test('reaches the cluster through the one broker of the list that is alive', async () => {
    await using silent = await silentPort();
    await using broker = await startMockBroker(oneTopic);
    await using transport = await connected({
      brokers: ['127.0.0.1:1', `127.0.0.1:${silent.port}`, ...broker.brokers],
      connectTimeout: '3s',
    });
    await expect((await transport.topic('t')).append(0, null, 'v', [], 1)).resolves.toMatchObject({ offset: 0 });
  });

  test('can be given up by timeout and by signal', async () => {
    await using silent = await silentPort();
    const transport = kafkajs({ brokers: `127.0.0.1:${silent.port}`, connectTimeout: '400ms' });
    await expect(transport.connect({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(transport.connect({ signal: AbortSignal.abort('no') })).rejects.toMatchObject({ code: 'aborted' });
    await expect(transport.connect()).rejects.toMatchObject({ code: 'transport-unreachable' });
  });

  test('is counted: the last owner to close ends it, and it can be opened again', async () => {
    await using broker = await startMockBroker(oneTopic);
    const transport = kafkajs({ brokers: broker.brokers });
    const told: string[] = [];
    transport.moments.on('transport.connected', () => told.push('connected'));
    transport.moments.on('transport.disconnected', ({ reason }) => told.push(reason));
    await expect(transport.topic('t')).rejects.toMatchObject({ code: 'transport-closed' });
    await Promise.all([transport.connect(), transport.connect()]);
    const writer = await transport.topic('t');
    await transport.close();
    await writer.append(0, null, 'a', [], 1);
    await transport.close();
    await expect(writer.append(0, null, 'b', [], 1)).rejects.toMatchObject({ code: 'transport-closed' });
    expect(told).toEqual(['connected', 'closed']);
    await transport.connect();
    await expect(writer.append(0, null, 'c', [], 1)).resolves.toMatchObject({ offset: 1 });
    await transport.close();
    await expect(transport.close()).resolves.toEqual({ unsent: 0 });
  });
});

describe('a connect that was given up', () => {
  test('leaves no connection behind when it succeeds later', async () => {
    await using broker = await startMockBroker(oneTopic);
    const connections = connectionsOf(broker);
    broker.faults.on('ApiVersions').delay(150);
    const transport = kafkajs({ brokers: broker.brokers });
    const told: string[] = [];
    transport.moments.on('transport.disconnected', ({ reason }) => told.push(reason));
    await expect(transport.connect({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    await until(() => expect(told).toEqual(['given up']));
    await until(() => expect(connections.open).toBe(0));
    await transport.connect();
    await transport.close();
  });
});

describe('close', () => {
  test('of an idle transport with a member waits for one fetch at most, and leaves no connection', async () => {
    await using broker = await startMockBroker(oneTopic);
    const connections = connectionsOf(broker);
    const transport = kafkajs({ brokers: broker.brokers, fetchMaxWait: '20ms' });
    await transport.connect();
    const member = await joinGroup(transport);
    const { ms } = await timed(() => transport.close());
    expect(ms).toBeLessThan(1000);
    expect(member.story).toEqual(['assigned 1', 'revoked 1']);
    expect(broker.group('g')?.members.length).toBe(0);
    await until(() => expect(connections.open).toBe(0));
  });

  test('flushes what was appended', async () => {
    await using broker = await startMockBroker(oneTopic);
    const transport = kafkajs({ brokers: broker.brokers, linger: '1m' });
    await transport.connect();
    const writer = await transport.topic('t');
    const receipt = writer.append(0, null, 'v', [], 1);
    await expect(transport.close()).resolves.toEqual({ unsent: 0 });
    await expect(receipt).resolves.toMatchObject({ offset: 0 });
  });

  test('keeps its deadline although kafkajs waits, and counts what is left', async () => {
    await using broker = await startMockBroker(oneTopic);
    const connections = connectionsOf(broker);
    const transport = kafkajs({ brokers: broker.brokers });
    await transport.connect();
    const writer = await transport.topic('t');
    const batches: Moments['transport.batch'][] = [];
    transport.moments.on('transport.batch', (moment) => batches.push(moment));
    broker.faults.on('Produce').delay(30_000).always();
    const receipts = [0, 0, 1].map((partition) => writer.append(partition, null, 'v', [], 1));
    const settled = Promise.allSettled(receipts);
    const { value, ms } = await timed(() => transport.close({ timeoutMs: 500 }));
    expect(value).toEqual({ unsent: 3 });
    expect(ms).toBeLessThan(2000);
    for (const outcome of await settled) expect(outcome).toMatchObject({ reason: { code: 'transport-closed' } });
    expect(batches.every(({ error }) => error?.code === 'transport-closed')).toBe(true);
    await until(() => expect(connections.open).toBe(0));
  });

  test('of a subscription keeps its deadline while a broker is silent', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using transport = await connected({ brokers: broker.brokers });
    const member = await joinGroup(transport);
    broker.faults.on('Fetch').delay(30_000).always();
    broker.faults.on('LeaveGroup').delay(30_000).always();
    const { ms } = await timed(() => member.subscription.close({ timeoutMs: 300 }));
    expect(ms).toBeLessThan(2000);
    expect(member.story).toEqual(['assigned 1', 'revoked 1']);
  });

  test('of a subscription that is still joining ends the joining', async () => {
    await using broker = await startMockBroker({ ...oneTopic, initialRebalanceDelayMs: 30_000 });
    const connections = connectionsOf(broker);
    const transport = kafkajs({ brokers: broker.brokers });
    await transport.connect();
    const joining = joinGroup(transport).catch((error: EventstreamError) => error.code);
    await until(() => expect(broker.group('g')?.members.length).toBe(1));
    const { ms } = await timed(() => transport.close({ timeoutMs: 500 }));
    expect(ms).toBeLessThan(2000);
    expect(await joining).toBe('closed');
    await until(() => expect(connections.open).toBe(0));
  });
});

describe('topics and offsets', () => {
  test('a missing topic is named, or made when the options say so', async () => {
    await using broker = await startMockBroker({ autoCreateTopics: false, partitions: 3 });
    await using strict = await connected({ brokers: broker.brokers });
    await expect(strict.topic('new')).rejects.toMatchObject({ code: 'topic-missing', facts: { topic: 'new' } });
    await using generous = await connected({ brokers: broker.brokers, autoCreateTopics: true });
    expect((await generous.topic('new')).partitions).toBe(3);
  });

  test('are created where missing, and read back', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using transport = await connected({ brokers: broker.brokers });
    expect(await transport.createTopics([{ topic: 't' }, { topic: 'u', partitions: 2 }, { topic: 'v' }])).toEqual([
      'u',
      'v',
    ]);
    expect(await transport.createTopics([{ topic: 'u' }])).toEqual([]);
    expect(await transport.createTopics([])).toEqual([]);
    const writer = await transport.topic('u');
    await writer.append(1, null, 'v', [], 1);
    expect(await transport.offsets('u')).toEqual([
      { topic: 'u', partition: 0, first: 0, next: 0 },
      { topic: 'u', partition: 1, first: 0, next: 1 },
    ]);
    await expect(transport.offsets('nowhere')).rejects.toMatchObject({
      code: 'topic-missing',
      facts: { topic: 'nowhere' },
    });
    expect(await transport.committed('nobody', 'u')).toEqual([]);
  });
});
