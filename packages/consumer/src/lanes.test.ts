import { describe, expect, test } from 'vitest';
import { createWorld, gate } from './testing/world.ts';

describe('lanes', () => {
  test('hand over the typed, validated event and where it stands', async () => {
    const world = await createWorld({ partitions: 2 });
    await world.send('o-1', { partition: 1 });
    const seen: unknown[] = [];
    await using consumer = world.start((event, { signal, ...context }) => {
      seen.push({ ...event, headers: event.headers.length }, { ...context, aborted: signal.aborted });
    }).consumer;
    await world.until(() => seen.length > 0);
    expect(seen[0]).toEqual({
      id: 'id-o-1',
      source: 'orders-api',
      type: 'shop.order.placed',
      time: 1000,
      dataschema: 'urn:eventstream:shop.order.placed:3',
      trace: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      data: { orderId: 'o-1', total: 1, currency: 'EUR' },
      key: 'o-1',
      topic: 'shop.orders',
      partition: 1,
      offset: 0,
      headers: 8,
    });
    expect(seen[1]).toEqual({
      attempt: 1,
      attempts: 3,
      topic: 'shop.orders',
      partition: 1,
      offset: 0,
      epoch: 1,
      group: 'billing',
      aborted: false,
    });
    expect(consumer.status().state).toBe('running');
  });

  test('run beside each other, events of one key one after the other', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'a', 'b', 'a', 'b']);
    const gates = Array.from({ length: 5 }, gate);
    const begun: number[] = [];
    await using consumer = world.start(({ offset }) => {
      begun.push(offset);
      return gates[offset]?.passed;
    }).consumer;
    await world.until(() => begun.length === 2);
    await world.settle();
    expect(begun).toEqual([0, 2]);
    expect(consumer.status().partitions[0]?.lanes).toBe(2);
    gates[2]?.open();
    await world.until(() => begun.length === 3);
    expect(begun).toEqual([0, 2, 4]);
    for (const one of gates) one.open();
    await world.until(() => consumer.status().partitions[0]?.unsettled === 0);
    expect(begun).toEqual([0, 2, 4, 1, 3]);
    // An idle lane costs nothing: a million keys seen are no memory.
    expect(consumer.status().partitions[0]?.lanes).toBe(0);
  });

  test.each([
    ['key', null, 4],
    ['none', 'a', 4],
    ['partition', null, 1],
    ['key', 'a', 1],
    ['key', '', 1],
  ] as const)('order %s with key %j runs %d at once', async (order, key, atOnce) => {
    const world = await createWorld();
    await world.sendAll(['a', 'b', 'c', 'd'], { key });
    const held = gate();
    await using consumer = world.start(() => held.passed, { order }).consumer;
    await world.until(() => consumer.status().running === atOnce);
    await world.settle();
    expect(consumer.status().running).toBe(atOnce);
    held.open();
  });

  test('of other partitions with the same key are other lanes', async () => {
    const world = await createWorld({ partitions: 2 });
    await world.send('a', { partition: 0 });
    await world.send('a', { partition: 1 });
    const held = gate();
    await using consumer = world.start(() => held.passed, { order: 'partition' }).consumer;
    await world.until(() => consumer.status().running === 2);
    held.open();
  });

  test('never run more handlers at once than the concurrency', async () => {
    const world = await createWorld({ partitions: 3 });
    for (const partition of [0, 1, 2]) await world.sendAll(['a', 'b', 'c', 'd', 'e'], { partition });
    let running = 0;
    let most = 0;
    let ended = 0;
    await using _consumer = world.start(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => world.clock.after(5, resolve));
        running -= 1;
        ended += 1;
      },
      { concurrency: 4 },
    ).consumer;
    for (let turn = 0; ended < 15 && turn < 50; turn += 1) await world.clock.advance(5);
    expect(ended).toBe(15);
    expect(most).toBe(4);
  });

  test('start outside the callback of the driver', async () => {
    const { scriptedTransport } = await import('./testing/scripted-transport.ts');
    const script = scriptedTransport();
    const world = await createWorld();
    const begun: number[] = [];
    await using _consumer = world.start(({ offset }) => void begun.push(offset), {
      transport: script.transport,
    }).consumer;
    await world.settle();
    script.assign();
    script.push([0, 1]);
    expect(begun).toEqual([]);
    await world.until(() => begun.length === 2);
  });
});
