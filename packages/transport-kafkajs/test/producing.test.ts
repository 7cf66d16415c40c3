import type { Moments } from '@eventstream/core';
import { type MockBroker, startMockBroker } from '@eventstream/mock-broker';
import { describe, expect, test } from 'vitest';
import type { KafkajsOptions } from '../src/index.ts';
import { connected } from './connected.ts';

async function values(broker: MockBroker, topic = 't'): Promise<readonly string[]> {
  const records = await broker.topic(topic).records();
  return records.map(({ value }) => String(value));
}

async function writerOn(broker: MockBroker, options: Partial<KafkajsOptions> = {}) {
  const transport = await connected({ brokers: broker.brokers, ...options });
  return {
    transport,
    writer: await transport.topic('t'),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

const oneTopic = { topics: [{ name: 't', partitions: 2 }] };

describe('a record', () => {
  test('arrives byte for byte: null and empty parts, repeated and null headers, timestamp zero', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    const { writer } = made;
    const bytes = Uint8Array.from([0, 255, 128]);
    const appended = [
      writer.append(0, null, null, [], 0),
      writer.append(0, '', '', [], 1),
      writer.append(
        0,
        bytes,
        bytes,
        [
          ['a', null],
          ['b', bytes],
          ['a', 'ü'],
          ['__proto__', ''],
        ],
        1_700_000_000_000,
      ),
    ];
    bytes.fill(7);
    expect((await Promise.all(appended)).map(({ offset, timestamp }) => [offset, timestamp])).toEqual([
      [0, 0],
      [1, 1],
      [2, 1_700_000_000_000],
    ]);
    const [first, second, third] = await broker.topic('t').records();
    expect(first).toMatchObject({ key: null, value: null, timestamp: 0 });
    expect(second).toMatchObject({ key: Buffer.alloc(0), value: Buffer.alloc(0), timestamp: 1 });
    expect(third?.key).toEqual(Buffer.from([0, 255, 128]));
    expect(third?.value).toEqual(Buffer.from([0, 255, 128]));
    expect(third?.headers.map(({ key, value }) => [key, value === null ? null : String(value)])).toEqual([
      ['a', null],
      ['b', String(Buffer.from([0, 255, 128]))],
      ['a', 'ü'],
      ['__proto__', ''],
    ]);
  });

  test('arrives compressed', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { compression: 'gzip' });
    await Promise.all(['a', 'b'].map((value) => made.writer.append(1, null, value, [['n', null]], 1)));
    expect(await values(broker)).toEqual(['a', 'b']);
  });

  test('larger than a request may be is refused before it is sent', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { maxRequestBytes: '1 KiB' });
    await expect(made.writer.append(0, null, 'x'.repeat(1000), [], 1)).rejects.toMatchObject({
      code: 'record-too-large',
      facts: { topic: 't', limit: 1024 - 61 },
    });
  });

  test('larger than the topic takes is refused alone, and its neighbours arrive', async () => {
    await using broker = await startMockBroker({
      topics: [{ name: 't', partitions: 1, configs: { 'max.message.bytes': '1000' } }],
    });
    await using made = await writerOn(broker);
    const outcomes = await Promise.allSettled(
      [10, 2000, 20, 500, 500].map((bytes) => made.writer.append(0, null, 'x'.repeat(bytes), [], 1)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'record-too-large' } });
    expect((await values(broker)).map((value) => value.length)).toEqual([10, 20, 500, 500]);
  });

  test('for a partition that is not there is refused', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    for (const partition of [2, -1, 0.5]) {
      await expect(made.writer.append(partition, null, 'v', [], 1)).rejects.toMatchObject({
        code: 'partition-missing',
      });
    }
  });
});

describe('an answer that is lost', () => {
  test('does not become a second copy, and order is kept', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    expect(made.transport.capabilities.idempotent).toBe(true);
    broker.faults.on('Produce').applyThen('disconnect');
    const sent = Array.from({ length: 60 }, (_, index) => `v${index}`);
    const receipts = await Promise.all(sent.map((value) => made.writer.append(0, null, value, [], 1)));
    expect(await values(broker)).toEqual(sent);
    expect(receipts.map(({ offset }) => offset)).toEqual(sent.map((_, index) => index));
    expect(receipts[0]?.attempts).toBe(2);
  });

  test('does, where idempotence was turned off, and the transport says so', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { idempotent: false });
    expect(made.transport.capabilities.idempotent).toBe(false);
    broker.faults.on('Produce').applyThen('disconnect');
    await made.writer.append(0, null, 'v', [], 1);
    expect(await values(broker)).toEqual(['v', 'v']);
  });

  test('one partition of a request that failed does not repeat the others', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    broker.faults.on('Produce').applyThen('NOT_ENOUGH_REPLICAS_AFTER_APPEND');
    await Promise.all([0, 1, 0, 1].map((partition, index) => made.writer.append(partition, null, `v${index}`, [], 1)));
    expect([...(await values(broker))].sort()).toEqual(['v0', 'v1', 'v2', 'v3']);
  });
});

describe('a request that kafkajs would spread over two brokers', () => {
  test('is not made, so that the part that succeeds is not stored again', async () => {
    await using broker = await startMockBroker({ nodes: 2, topics: [{ name: 't', partitions: 2 }] });
    broker.moveLeader('t', 0, 1);
    broker.moveLeader('t', 1, 2);
    await using made = await writerOn(broker);
    // kafkajs learns the leaders with its first request; we learn that they have become one, and it does not.
    await made.writer.append(0, null, 'first', [], 1);
    broker.moveLeader('t', 1, 1);
    await made.transport.topic('t');

    const receipts = await Promise.all([0, 1].map((partition) => made.writer.append(partition, null, 'v', [], 1)));

    expect(await values(broker)).toEqual(['first', 'v', 'v']);
    expect(receipts.map(({ offset, attempts }) => [offset, attempts])).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });
});

describe('a refusal', () => {
  test('that may pass is retried, and told as a moment', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    const retries: Moments['transport.retrying'][] = [];
    const batches: Moments['transport.batch'][] = [];
    made.transport.moments.on('transport.retrying', (moment) => retries.push(moment));
    made.transport.moments.on('transport.batch', (moment) => batches.push(moment));
    broker.faults.on('Produce').fail('NOT_ENOUGH_REPLICAS').times(3);
    await expect(made.writer.append(0, null, 'v', [], 1)).resolves.toMatchObject({ attempts: 4 });
    expect(retries.map(({ attempt, reason }) => [attempt, reason])).toEqual([
      [1, 'NOT_ENOUGH_REPLICAS'],
      [2, 'NOT_ENOUGH_REPLICAS'],
      [3, 'NOT_ENOUGH_REPLICAS'],
    ]);
    expect(batches).toMatchObject([{ topic: 't', partition: 0, records: 1, attempts: 4 }]);
  });

  test.each([
    ['TOPIC_AUTHORIZATION_FAILED', { code: 'authorization-failed', facts: { resource: 't' } }],
    [
      'INVALID_RECORD',
      { code: 'delivery-failed', retriable: false, facts: { kafkaCode: 'INVALID_RECORD', attempts: 1 } },
    ],
    ['UNSUPPORTED_COMPRESSION_TYPE', { code: 'delivery-failed', facts: { kafkaCode: 'UNSUPPORTED_COMPRESSION_TYPE' } }],
  ] as const)('with %s rejects at once', async (code, expected) => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker);
    broker.faults.on('Produce').fail(code);
    await expect(made.writer.append(0, null, 'v', [], 1)).rejects.toMatchObject(expected);
    await expect(made.writer.append(0, null, 'w', [], 1)).resolves.toMatchObject({ offset: 0 });
  });

  test.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'] as const)(
    'with %s is answered with a new producer id',
    async (code) => {
      await using broker = await startMockBroker(oneTopic);
      await using made = await writerOn(broker);
      await made.writer.append(0, null, 'before', [], 1);
      broker.faults.on('Produce').fail(code);
      await expect(made.writer.append(0, null, 'v', [], 1)).resolves.toMatchObject({ offset: 1, attempts: 2 });
      expect(await values(broker)).toEqual(['before', 'v']);
    },
  );

  test('that never ends rejects at the delivery timeout, and not later', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { deliveryTimeout: '300ms' });
    broker.faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER').always();
    const started = performance.now();
    await expect(made.writer.append(0, null, 'v', [], 1)).rejects.toMatchObject({
      code: 'delivery-timeout',
      facts: { topic: 't', partition: 0, timeoutMs: 300 },
    });
    expect(performance.now() - started).toBeLessThan(2000);
    broker.faults.clear();
    await expect(made.writer.append(0, null, 'w', [], 1)).resolves.toMatchObject({ offset: 0 });
  });
});

describe('acknowledgement', () => {
  test('none: the receipt has no offset', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { acks: 'none' });
    await expect(made.writer.append(0, null, 'v', [], 5)).resolves.toEqual({
      partition: 0,
      offset: -1,
      timestamp: 5,
      attempts: 1,
    });
  });

  test('leader: stored, without idempotence', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { acks: 'leader' });
    await made.writer.append(0, null, 'v', [], 5);
    expect(await values(broker)).toEqual(['v']);
    expect(made.transport.capabilities.idempotent).toBe(false);
  });

  test('of a LogAppendTime topic carries the time of the broker', async () => {
    await using broker = await startMockBroker({
      topics: [{ name: 't', configs: { 'message.timestamp.type': 'LogAppendTime' } }],
    });
    await using made = await writerOn(broker);
    const { timestamp } = await made.writer.append(0, null, 'v', [], 5);
    expect(Math.abs(timestamp - Date.now())).toBeLessThan(5000);
  });
});

describe('a broker that falls silent', () => {
  test('its connection is dropped after the request timeout, and a new one is used', async () => {
    await using broker = await startMockBroker(oneTopic);
    await using made = await writerOn(broker, { requestTimeout: '200ms' });
    await made.writer.append(0, null, 'before', [], 1);
    // Later requests of the connection wait behind the delayed one: only a new connection gets through.
    broker.faults.on('Produce').delay(5000);
    const started = performance.now();
    await expect(made.writer.append(0, null, 'v', [], 1)).resolves.toMatchObject({ attempts: 2 });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
