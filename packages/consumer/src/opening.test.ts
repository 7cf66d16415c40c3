import { createEncoder, defineEvent } from '@eventstream/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createWorld, listen } from './testing/world.ts';

const strange = createEncoder({
  contract: defineEvent('shop.order.frozen', { version: 1, topic: 'shop.orders', data: z.object({}) }),
  source: 'x',
}).encode({ id: 'id-x', time: 7, trace: {} }, {});

describe('a tombstone', () => {
  test('is settled as dropped, with a moment', async () => {
    const world = await createWorld();
    await world.send('a', { value: null, headers: [] });
    await world.send('b', { value: null });
    const { consumer } = world.start(() => undefined);
    const heard = listen(consumer, 'consumer.settled', 'consumer.handling');
    await world.clock.advance(100);
    expect(heard).toMatchObject([
      { moment: { settlement: 'dropped', attempts: 0, handling: { id: '', type: '', key: 'a', time: 500 } } },
      { moment: { settlement: 'dropped', handling: { id: 'id-b', type: 'shop.order.placed' } } },
    ]);
    expect(world.committed()).toBe(2);
    expect(await consumer.close()).toMatchObject({ dropped: 2, handled: 0 });
  });
});

describe('an event of an unknown type', () => {
  test('is a dead letter', async () => {
    const world = await createWorld();
    await world.send('a', strange);
    const { consumer } = world.start(() => undefined);
    const heard = listen(consumer, 'consumer.dead-lettered');
    await world.until(() => world.dead().length === 1);
    await world.settle();
    expect(heard).toMatchObject([
      { moment: { reason: 'event-unknown', error: { facts: { type: 'shop.order.frozen' } } } },
    ]);
    await consumer.close();
  });

  test('is dropped where unknown types are skipped', async () => {
    const world = await createWorld();
    await world.send('a', strange);
    const { consumer } = world.start(() => undefined, { unknownTypes: 'skip' });
    const heard = listen(consumer, 'consumer.settled');
    await world.until(() => heard.length === 1);
    expect(heard).toMatchObject([{ moment: { settlement: 'dropped', handling: { id: 'id-x', time: 7 } } }]);
    expect(await consumer.close()).toMatchObject({ dropped: 1 });
    expect(world.dead()).toEqual([]);
  });
});
