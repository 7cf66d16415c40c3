import { describe, expect, test } from 'vitest';
import { scriptedTransport } from './testing/scripted-transport.ts';
import { createWorld, gate, listen } from './testing/world.ts';

async function scripted(options: object) {
  const world = await createWorld();
  const script = scriptedTransport();
  const gates = Array.from({ length: 400 }, gate);
  const { consumer } = world.start(({ offset }) => gates[offset]?.passed, { transport: script.transport, ...options });
  await world.settle();
  script.assign();
  const open = async (from: number, to = from) => {
    for (const one of gates.slice(from, to + 1)) one.open();
    await world.settle();
  };
  const flow = () => script.calls.filter((call) => call.startsWith('pause') || call.startsWith('resume'));
  return { world, script, consumer, open, flow };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a partition', () => {
  test('is paused at high water and resumed at low water', async () => {
    const { script, consumer, open, flow } = await scripted({ highWater: 4, lowWater: 2 });
    const heard = listen(consumer, 'consumer.paused', 'consumer.resumed');
    script.push([0, 1, 2]);
    expect(flow()).toEqual([]);
    script.push([3, 4]);
    expect(flow()).toEqual(['pause 0']);
    expect(consumer.status().partitions[0]).toMatchObject({ paused: true, unsettled: 5 });
    await open(0, 1);
    expect(flow()).toEqual(['pause 0']);
    await open(2);
    expect(flow()).toEqual(['pause 0', 'resume 0']);
    expect(heard).toEqual([
      { name: 'consumer.paused', moment: { topic: 'shop.orders', partition: 0, group: 'billing', unsettled: 5 } },
      { name: 'consumer.resumed', moment: { topic: 'shop.orders', partition: 0, group: 'billing', unsettled: 2 } },
    ]);
    await open(3, 4);
    await consumer.close();
  });

  test('takes what is pushed though it is paused', async () => {
    const { world, script, consumer, open } = await scripted({ highWater: 2 });
    script.push([0, 1, 2]);
    script.push([3, 4]);
    expect(consumer.status().partitions[0]?.unsettled).toBe(5);
    await open(0, 4);
    await world.clock.advance(100);
    expect(script.commits.at(-1)?.offsets[0]?.offset).toBe(5);
    expect(await consumer.close()).toMatchObject({ handled: 5, unfinished: 0 });
  });

  test('is paused by bytes as well', async () => {
    const { script, consumer, open, flow } = await scripted({ maxBytes: 80 });
    script.push([0]);
    expect(flow()).toEqual([]);
    script.push([1, 2]);
    expect(flow()).toEqual(['pause 0']);
    await open(0, 1);
    expect(flow()).toEqual(['pause 0', 'resume 0']);
    await open(2);
    await consumer.close();
  });

  test('with one stuck lane goes on, but not for ever: what a crash repeats is bounded', async () => {
    const { script, consumer, open, flow } = await scripted({ highWater: 10 });
    script.push([0]);
    for (let offset = 1; offset < 99; offset += 1) {
      script.push([offset]);
      await open(offset);
    }
    expect(consumer.status().partitions[0]).toMatchObject({ position: 0, unsettled: 1 });
    expect(flow()).toEqual([]);
    script.push([99]);
    expect(flow()).toEqual(['pause 0']);
    await open(99);
    expect(flow()).toEqual(['pause 0']);
    await open(0);
    expect(flow()).toEqual(['pause 0', 'resume 0']);
    await consumer.close();
  });

  test('that filled up before the driver had subscribed is paused then', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const subscribed = gate();
    const held = gate();
    script.holdSubscribe(subscribed.passed);
    const { consumer } = world.start(() => held.passed, { transport: script.transport, highWater: 2 });
    await world.settle();
    script.assign();
    script.push([0, 1, 2]);
    expect(script.calls).toEqual(['connect']);
    subscribed.open();
    await world.settle();
    expect(script.calls).toEqual(['connect', 'pause 0']);
    held.open();
    await world.settle();
    expect(script.calls).toEqual(['connect', 'pause 0', 'resume 0']);
    await consumer.close();
  });

  test('loses nothing to pausing, over a whole log', async () => {
    const world = await createWorld();
    await world.sendAll(upTo(1, 2500).map((number) => `o-${number % 50}`));
    let handled = 0;
    const { consumer } = world.start(
      async () => {
        await Promise.resolve();
        handled += 1;
      },
      { highWater: 30, lowWater: 3, concurrency: 7 },
    );
    await world.until(() => handled === 2500);
    expect(await consumer.close()).toMatchObject({ handled: 2500, unfinished: 0 });
    expect(world.committed()).toBe(2500);
  });
});

describe('the status', () => {
  test('tells lag, position and the age of the oldest unsettled record', async () => {
    const { world, script, consumer, open } = await scripted({});
    const heard = listen(consumer, 'consumer.received');
    expect(consumer.status().partitions[0]).toMatchObject({
      position: null,
      committed: null,
      lag: null,
      oldestMs: null,
    });
    script.push([0, 1], { highWatermark: 10 });
    await world.clock.advance(30);
    script.push([2], { highWatermark: 12 });
    await world.clock.advance(5);
    expect(consumer.status()).toMatchObject({ state: 'running', running: 3, lag: 12, trouble: [] });
    expect(consumer.status().partitions[0]).toMatchObject({ position: 0, unsettled: 3, lag: 12, oldestMs: 35 });
    await open(0, 1);
    expect(consumer.status().partitions[0]).toMatchObject({ position: 2, unsettled: 1, lag: 10, oldestMs: 5 });
    await open(2);
    expect(consumer.status().partitions[0]).toMatchObject({ position: 3, unsettled: 0, lag: 9, oldestMs: null });
    expect(heard).toMatchObject([{ moment: { records: 2, lag: 10 } }, { moment: { records: 1, lag: 12 } }]);
    await consumer.close();
    expect(consumer.status()).toMatchObject({ state: 'closed', partitions: [], running: 0 });
  });
});
