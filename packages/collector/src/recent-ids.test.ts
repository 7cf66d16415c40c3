import { EventstreamError } from '@eventstream/core';
import { describe, expect, test } from 'vitest';
import { batch, collectorOnMemory, eventsRequest, resultsOf, tracked } from './testing/shop.ts';

const away = new EventstreamError('delivery-failed', {
  message: 'no leader',
  facts: { topic: 'shop.carts', partition: 0, attempts: 1, kafkaCode: 'NOT_LEADER_OR_FOLLOWER' },
});

describe('a copy of an event', () => {
  test('that is stored is a dup, is not stored again, and says where the event is', async () => {
    const { cluster, collector } = collectorOnMemory();
    await collector.fetch(eventsRequest(batch(tracked('id-1'))));
    const again = await collector.fetch(eventsRequest(batch(tracked('id-1'), tracked('id-2'))));
    expect([again.status, again.headers.get('eventstream-durable')]).toEqual([200, 'memory']);
    expect(await resultsOf(again)).toEqual({ 'id-1': { r: 'dup' }, 'id-2': { r: 'ok' } });
    expect(cluster.records('shop.carts')).toHaveLength(2);
  });

  test('that comes while the first is on its way waits for its outcome', async () => {
    const { cluster, collector } = collectorOnMemory();
    const release = cluster.holdAppends();
    const answers = [1, 2].map(() => collector.fetch(eventsRequest(batch(tracked('id-1')))));
    release();
    const results = await Promise.all(answers.map(async (answer) => resultsOf(await answer)));
    expect(results).toEqual([{ 'id-1': { r: 'ok' } }, { 'id-1': { r: 'dup' } }]);
    expect(cluster.records('shop.carts')).toHaveLength(1);
  });

  test('of one that failed is no dup: it is stored when it comes again', async () => {
    const { cluster, collector } = collectorOnMemory();
    cluster.refuseAppends(() => away);
    const answers = await Promise.all([1, 2].map(() => collector.fetch(eventsRequest(batch(tracked('id-1'))))));
    expect(await Promise.all(answers.map(resultsOf))).toEqual([
      { 'id-1': { r: 'retry', reason: 'delivery-failed' } },
      { 'id-1': { r: 'retry', reason: 'duplicate' } },
    ]);
    cluster.refuseAppends(undefined);
    const later = await collector.fetch(eventsRequest(batch(tracked('id-1'))));
    expect(await resultsOf(later)).toEqual({ 'id-1': { r: 'ok' } });
  });

  test("by another visitor is that visitor's own event", async () => {
    const { cluster, collector } = collectorOnMemory();
    await collector.fetch(eventsRequest(batch(tracked('id-1'))));
    const other = await collector.fetch(eventsRequest(batch(tracked('id-1', { visitor: 'visitor-2' }))));
    expect(await resultsOf(other)).toEqual({ 'id-1': { r: 'ok' } });
    expect(cluster.records('shop.carts')).toHaveLength(2);
  });

  test('is forgotten, oldest first, beyond the limit; a limit of 0 remembers nothing', async () => {
    const { collector } = collectorOnMemory({ limits: { recentIds: 2 } });
    const send = async (id: string) =>
      (await resultsOf(await collector.fetch(eventsRequest(batch(tracked(id))))))[id]?.r;
    expect([await send('a'), await send('b'), await send('c')]).toEqual(['ok', 'ok', 'ok']);
    expect([await send('c'), await send('a')]).toEqual(['dup', 'ok']);
    const { collector: forgetful } = collectorOnMemory({ limits: { recentIds: 0 } });
    const twice = async () => resultsOf(await forgetful.fetch(eventsRequest(batch(tracked('a')))));
    expect([await twice(), await twice()]).toEqual([{ a: { r: 'ok' } }, { a: { r: 'ok' } }]);
  });
});
