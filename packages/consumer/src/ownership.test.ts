import { describe, expect, test } from 'vitest';
import { scriptedTransport } from './testing/scripted-transport.ts';
import { createWorld, gate, listen } from './testing/world.ts';

describe('ownership of a partition', () => {
  test('that ends aborts its handlers, and what they still do counts for nothing', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const held = gate();
    let signal: AbortSignal | undefined;
    const { consumer } = world.start(
      (_event, context) => {
        signal = context.signal;
        return held.passed;
      },
      { transport: script.transport },
    );
    const heard = listen(consumer, 'consumer.stale', 'consumer.settled');
    await world.settle();
    script.assign(1);
    script.push([0]);
    await world.until(() => signal !== undefined);
    script.driver.onRevoked([{ topic: 'shop.orders', partition: 0 }], 1);
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ code: 'aborted' });
    held.open();
    await world.clock.advance(1000);
    expect(script.commits).toEqual([]);
    expect(heard).toEqual([
      {
        name: 'consumer.stale',
        moment: { topic: 'shop.orders', partition: 0, offset: 0, epoch: 1, group: 'billing' },
      },
    ]);
    expect(await consumer.close()).toMatchObject({ handled: 0, unfinished: 0 });
  });

  test('that ends makes a failure stale as well, and frees its place for others', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const held = gate();
    const begun: number[] = [];
    const { consumer } = world.start(
      ({ offset }) => {
        begun.push(offset);
        return held.passed;
      },
      { transport: script.transport, concurrency: 1 },
    );
    const heard = listen(consumer, 'consumer.stale', 'consumer.settled', 'consumer.retrying');
    await world.settle();
    script.assign(1);
    script.push([0, 1]);
    await world.settle();
    script.driver.onRevoked([{ topic: 'shop.orders', partition: 0 }], 1);
    script.assign(2, 1);
    script.push([7], { epoch: 2, partition: 1 });
    held.fail(new Error('too late'));
    await world.settle();
    // 1 stood in the queue when its partition went.
    expect(begun).toEqual([0, 7]);
    expect(
      heard.map(({ name, moment }) => [name, 'offset' in moment ? moment.offset : moment.handling.offset]),
    ).toEqual([
      ['consumer.stale', 0],
      ['consumer.retrying', 7],
    ]);
    await consumer.close();
  });

  test('that ends takes queued events and waiting retries along', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const begun: number[] = [];
    const { consumer } = world.start(
      ({ offset }) => {
        begun.push(offset);
        throw new Error('not now');
      },
      { transport: script.transport, order: 'partition' },
    );
    await world.settle();
    script.assign(1);
    script.push([0, 1]);
    await world.until(() => begun.length === 1);
    script.driver.onRevoked([{ topic: 'shop.orders', partition: 0 }], 1);
    await world.clock.advance(60_000);
    expect(begun).toEqual([0]);
    expect(world.clock.pending).toBe(0);
    expect(consumer.status().partitions).toEqual([]);
    await consumer.close();
  });

  test('is checked on every batch: those of another epoch or partition are passed over', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const begun: number[] = [];
    const { consumer } = world.start(({ offset }) => void begun.push(offset), { transport: script.transport });
    await world.settle();
    script.assign(2);
    script.push([0], { epoch: 1 });
    script.push([1], { epoch: 2, partition: 9 });
    script.push([2], { epoch: 2 });
    await world.settle();
    expect(begun).toEqual([2]);
    await consumer.close();
  });

  test('that goes on under a new epoch keeps its work', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const held = gate();
    const { consumer } = world.start(() => held.passed, { transport: script.transport });
    await world.settle();
    script.assign(1);
    script.push([0]);
    await world.settle();
    script.assign(2, 0, 1);
    held.open();
    await world.clock.advance(100);
    expect(script.commits).toEqual([{ epoch: 2, offsets: [{ topic: 'shop.orders', partition: 0, offset: 1 }] }]);
    await consumer.close();
  });

  test('moves to a second member, and nothing is lost on the way', async () => {
    const world = await createWorld({ partitions: 4 });
    const handled = new Map<string, number>();
    const handler = async ({ id }: { id: string }) => {
      await new Promise<void>((resolve) => world.clock.after(7, resolve));
      handled.set(id, (handled.get(id) ?? 0) + 1);
    };
    const ids = Array.from({ length: 40 }, (_, index) => `o-${index}`);
    const { consumer: first } = world.start(handler, { concurrency: 2 });
    for (const [index, id] of ids.entries()) await world.send(id, { partition: index % 4 });
    await world.clock.advance(21);
    const { consumer: second } = world.start(handler, { concurrency: 2 });
    await second.ready;
    for (let turn = 0; turn < 60; turn += 1) await world.clock.advance(7);
    expect([...handled.keys()].sort()).toEqual(ids.map((id) => `id-${id}`).sort());
    expect(first.status().partitions).toHaveLength(2);
    expect(second.status().partitions).toHaveLength(2);
    await Promise.all([first.close(), second.close()]);
    expect([0, 1, 2, 3].map(world.committed)).toEqual([10, 10, 10, 10]);
  });
});
