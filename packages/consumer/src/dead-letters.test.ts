import { EventstreamError, type RecordView } from '@eventstream/core';
import { describe, expect, test, vi } from 'vitest';
import { DeadLetterError } from './dead-letter-error.ts';
import { createWorld, listen } from './testing/world.ts';

const utf8 = new TextDecoder();
const text = (bytes: Uint8Array | null | undefined) =>
  bytes === null || bytes === undefined ? bytes : utf8.decode(bytes);

function deathOf(record: RecordView | undefined): Record<string, string | null | undefined> {
  const pairs = (record?.headers ?? []).filter(([name]) => name.startsWith('es-dead-'));
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice('es-dead-'.length), text(value)]));
}

const never = () => {
  throw new RangeError('The total is impossible.');
};
const once = { retry: { inPlace: { attempts: 1 } } };
const refusal = () =>
  new EventstreamError('delivery-failed', {
    message: 'The leader is away.',
    facts: { topic: 't', partition: 0, attempts: 5, kafkaCode: 'NOT_LEADER_OR_FOLLOWER' },
  });

describe('a dead letter', () => {
  test('is the record byte for byte, with the reason in headers', async () => {
    const world = await createWorld({ partitions: 3 });
    const key = new Uint8Array([0, 255, 128]);
    const headers = [
      ['ce_id', 'x'],
      ['empty', null],
      ['raw', new Uint8Array([255, 0])],
      ['raw', 'twice'],
    ] as const;
    await world.send('first', { partition: 2 });
    await world.send('a', { partition: 2, key, headers, value: new Uint8Array([1, 2, 254]), timestamp: 123 });
    const { consumer } = world.start(() => undefined);
    await world.until(() => world.dead().length === 1);
    const [dead] = world.dead();
    const [, original] = world.cluster.records('shop.orders');
    expect(dead).toMatchObject({ partition: 2, timestamp: 123, key, value: new Uint8Array([1, 2, 254]) });
    expect(dead?.headers.slice(0, 4)).toEqual(original?.headers);
    expect(deathOf(dead)).toEqual({
      reason: 'envelope-invalid',
      message: expect.stringMatching(/^The record/),
      error: 'EventstreamError',
      attempts: '0',
      topic: 'shop.orders',
      partition: '2',
      offset: '1',
      timestamp: '123',
      group: 'billing',
      time: '2025-06-15T15:06:40.000Z',
      type: '',
      version: '',
      consumer: 'host-1',
      'first-failed': '2025-06-15T15:06:40.000Z',
      'last-failed': '2025-06-15T15:06:40.000Z',
      count: '1',
    });
    await consumer.close();
  });

  test('of a handler says which, how often and from when to when it failed', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start(never, { retry: { inPlace: { attempts: 3, backoff: { initialMs: 1000 } } } });
    await world.clock.advance(3000);
    expect(deathOf(world.dead()[0])).toMatchObject({
      reason: 'handler-failed',
      message: 'The total is impossible.',
      error: 'RangeError',
      attempts: '3',
      type: 'shop.order.placed',
      version: '3',
      'first-failed': '2025-06-15T15:06:40.000Z',
      'last-failed': '2025-06-15T15:06:43.000Z',
    });
    await consumer.close();
  });

  test('is made at once by a DeadLetterError', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start(async () => {
      throw new DeadLetterError('The order was deleted.');
    });
    await world.until(() => world.dead().length === 1);
    expect(deathOf(world.dead()[0])).toMatchObject({
      reason: 'rejected',
      message: 'The order was deleted.',
      error: 'DeadLetterError',
      attempts: '1',
    });
    expect(await consumer.close()).toMatchObject({ retried: 0, deadLettered: 1 });
  });

  test.each([
    [
      'event-invalid',
      JSON.stringify({ orderId: 'a', total: 'secret' }),
      /^Event "shop\.order\.placed" does not match version 3/,
    ],
    ['envelope-invalid', '{"orderId": "secret', /value is not JSON/],
  ])('with %s never reaches a handler, and its message holds no value', async (reason, value, message) => {
    const world = await createWorld();
    await world.send('a', { value });
    const { consumer } = world.start(() => undefined);
    await world.until(() => world.dead().length === 1);
    const [dead] = world.dead();
    expect(text(dead?.value)).toBe(value);
    expect(deathOf(dead)).toMatchObject({ reason, type: 'shop.order.placed', attempts: '0' });
    expect(deathOf(dead)['message']).toMatch(message);
    expect(deathOf(dead)['message']).not.toContain('secret');
    expect(await consumer.close()).toMatchObject({ handled: 0, deadLettered: 1 });
    expect(world.committed()).toBe(1);
  });

  test('bounds the message, and takes whatever is thrown', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b']);
    const { consumer } = world.start(({ key }) => {
      throw key === 'a' ? 'x'.repeat(5000) : { some: 'thing' };
    }, once);
    await world.until(() => world.dead().length === 2);
    const [long, odd] = world.dead().map(deathOf);
    expect(long?.['message']).toHaveLength(1000);
    expect(long?.['error']).toBe('string');
    expect(odd).toMatchObject({ message: '', error: 'object' });
    await consumer.close();
  });

  test('that dies again counts up, keeps its first failure, and carries one set of reasons', async () => {
    const world = await createWorld();
    await world.send('a');
    const first = world.start(never, once).consumer;
    await world.until(() => world.dead().length === 1);
    await first.close();
    const [dead] = world.dead();
    await world.clock.advance(5000);
    await world.send('a', { key: dead?.key ?? null, value: dead?.value ?? null, headers: dead?.headers ?? [] });
    const second = world.start(never, once).consumer;
    await world.until(() => world.dead().length === 2);
    const again = world.dead()[1];
    expect(deathOf(again)).toMatchObject({
      count: '2',
      offset: '1',
      'first-failed': '2025-06-15T15:06:40.000Z',
      'last-failed': '2025-06-15T15:06:45.000Z',
    });
    expect(again?.headers.filter(([name]) => name === 'es-dead-reason')).toHaveLength(1);
    await second.close();
  });

  test('goes to another partition where the topic has fewer', async () => {
    const world = await createWorld({ partitions: 3, dead: 2 });
    await world.send('a', { partition: 2 });
    await world.send('b', { partition: 1 });
    const { consumer } = world.start(never, once);
    await world.until(() => world.dead().length === 2);
    expect(world.dead().map(({ partition }) => partition)).toEqual([0, 1]);
    await consumer.close();
  });

  test('goes to the topic one names', async () => {
    const world = await createWorld();
    await world.transport.createTopics([{ topic: 'graveyard' }]);
    await world.send('a');
    const { consumer } = world.start(never, {
      ...once,
      deadLetters: {
        topic: (topic, group) => (topic === 'shop.orders' && group === 'billing' ? 'graveyard' : 'wrong'),
      },
    });
    await world.until(() => world.cluster.records('graveyard').length === 1);
    await consumer.close();
  });

  test('settles its event only when the append is acknowledged', async () => {
    const world = await createWorld();
    await world.send('a');
    const release = world.cluster.holdAppends();
    const { consumer } = world.start(never, once);
    const heard = listen(consumer, 'consumer.dead-lettered', 'consumer.settled');
    await world.clock.advance(1000);
    expect(heard).toEqual([]);
    expect(world.committed()).toBeUndefined();
    release();
    await world.clock.advance(1000);
    expect(heard.map(({ name }) => name)).toEqual(['consumer.dead-lettered', 'consumer.settled']);
    expect(heard[0]?.moment).toMatchObject({
      reason: 'handler-failed',
      deadLetterTopic: 'shop.orders.billing.dead',
      offset: 0,
      error: { name: 'RangeError' },
    });
    expect(heard[1]?.moment).toMatchObject({ settlement: 'dead-lettered', attempts: 1, error: { name: 'RangeError' } });
    expect(world.committed()).toBe(1);
    await consumer.close();
  });

  test('that cannot be appended is tried again and holds the watermark; other lanes go on', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b']);
    world.cluster.refuseAppends(({ topic }) => (topic.endsWith('.dead') ? refusal() : undefined));
    const handled: string[] = [];
    const { consumer } = world.start(({ key }) => {
      if (key === 'a') throw new Error('never');
      handled.push(String(key));
    }, once);
    const heard = listen(consumer, 'consumer.retrying');
    await world.clock.advance(60_000);
    expect(handled).toEqual(['b']);
    expect(world.committed()).toBeUndefined();
    expect(heard.length).toBeGreaterThan(5);
    expect(heard.slice(0, 3).map(({ moment }) => moment.delayMs)).toEqual([200, 400, 800]);
    expect(heard[0]?.moment).toMatchObject({ attempt: 1, error: { code: 'dead-letter-failed', facts: { offset: 0 } } });
    expect(consumer.status().trouble).toMatchObject([
      { code: 'dead-letter-failed', cause: { code: 'delivery-failed' } },
    ]);
    world.cluster.refuseAppends(undefined);
    await world.clock.advance(10_100);
    expect(world.dead()).toHaveLength(1);
    expect(deathOf(world.dead()[0])).toMatchObject({ reason: 'handler-failed', attempts: '1' });
    expect(consumer.status().trouble).toEqual([]);
    expect(world.committed()).toBe(2);
    await consumer.close();
  });

  test('is written once though finding its topic took so long that the partition was dealt out anew', async () => {
    const world = await createWorld();
    await world.send('a');
    const transport = world.cluster.transport();
    const find = transport.topic.bind(transport);
    vi.spyOn(transport, 'topic').mockImplementationOnce(async (name) => {
      const writer = await find(name);
      world.cluster.rebalance('billing');
      return writer;
    });
    const { consumer } = world.start(never, { ...once, transport });
    await world.clock.advance(10_000);
    expect(consumer.status().partitions[0]?.epoch).toBeGreaterThan(1);
    expect(world.dead()).toHaveLength(1);
    expect(await consumer.close()).toMatchObject({ deadLettered: 1 });
  });

  test('waits for a topic that is missing, until someone makes it', async () => {
    const world = await createWorld({ dead: 0, autoCreate: false });
    await world.send('a');
    const { consumer } = world.start(never, once);
    await world.clock.advance(5000);
    expect(consumer.status().trouble).toMatchObject([{ code: 'dead-letter-failed', cause: { code: 'topic-missing' } }]);
    await world.transport.createTopics([{ topic: 'shop.orders.billing.dead' }]);
    await world.clock.advance(10_000);
    expect(world.dead()).toHaveLength(1);
    await consumer.close();
  });

  test('is not written for a partition that was taken away meanwhile', async () => {
    const world = await createWorld();
    await world.send('a');
    world.cluster.refuseAppends(refusal);
    const { consumer } = world.start(never, once);
    await world.settle();
    world.cluster.refuseAppends(undefined);
    world.cluster.rebalance('billing');
    await world.clock.advance(60_000);
    // Once, by the new ownership; not a second time by the old one.
    expect(world.dead()).toHaveLength(1);
    await consumer.close();
  });
});

describe('without dead letters', () => {
  test('an event that cannot be handled ends the consumer and is not committed', async () => {
    const world = await createWorld();
    await world.sendAll(['ok', 'a', 'later']);
    const handled: string[] = [];
    const { consumer, done } = world.start(
      ({ key }) => {
        if (key === 'a') throw new RangeError('The total is impossible.');
        handled.push(String(key));
      },
      { ...once, deadLetters: false, concurrency: 1 },
    );
    await expect(done).rejects.toMatchObject({
      code: 'handler-failed',
      facts: { type: 'shop.order.placed', attempts: 1 },
      message:
        'The record at shop.orders/0 offset 1 could not be handled (handler-failed, attempts: 1) and dead letters are off. Mend the handler, or turn them on. The total is impossible.',
      cause: { name: 'RangeError' },
    });
    expect(handled).toEqual(['ok']);
    expect(world.committed()).toBe(1);
    expect(await consumer.close()).toMatchObject({ handled: 1, unfinished: 2 });
  });
});
