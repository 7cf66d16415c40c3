import { configError, EventstreamError } from '@eventstream/core';
import { describe, expect, test } from 'vitest';
import { createWorld, gate, listen } from './testing/world.ts';

describe('a handler that fails', () => {
  test('is called again after a backoff while its lane waits and the others go on', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b', 'a', 'b']);
    const calls: string[] = [];
    const { consumer } = world.start(({ offset }, { attempt }) => {
      calls.push(`${offset}#${attempt}`);
      if (offset === 0 && attempt < 3) throw new Error('not now');
    });
    await world.settle();
    expect(calls).toEqual(['0#1', '1#1', '3#1']);
    expect(consumer.status().running).toBe(0);
    await world.clock.advance(99);
    expect(calls).toHaveLength(3);
    await world.clock.advance(1);
    expect(calls.slice(3)).toEqual(['0#2']);
    await world.clock.advance(200);
    expect(calls.slice(3)).toEqual(['0#2', '0#3', '2#1']);
    expect(await consumer.close()).toMatchObject({ handled: 4, retried: 2, deadLettered: 0, unfinished: 0 });
    expect(world.committed()).toBe(4);
  });

  test('becomes a dead letter when the attempts are used up, and its lane goes on', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'a']);
    const calls: string[] = [];
    const { consumer } = world.start(
      async ({ offset }, { attempt, attempts }) => {
        calls.push(`${offset}#${attempt}/${attempts}`);
        if (offset === 0) throw new Error('never');
      },
      { retry: { inPlace: { attempts: 2, backoff: { initialMs: 10, jitter: 0 } } } },
    );
    await world.clock.advance(10);
    await world.settle();
    expect(calls).toEqual(['0#1/2', '0#2/2', '1#1/2']);
    expect(await consumer.close()).toMatchObject({ handled: 1, retried: 1, deadLettered: 1 });
    expect(world.dead()).toHaveLength(1);
  });

  test('gets its event fresh: what an attempt did to the data is not seen by the next', async () => {
    const world = await createWorld();
    await world.send('a');
    const seen: number[] = [];
    const { consumer } = world.start(({ data }, { attempt }) => {
      seen.push(data.total);
      data.total = 99;
      if (attempt === 1) throw new Error('again');
    });
    await world.clock.advance(100);
    expect(seen).toEqual([1, 1]);
    await consumer.close();
  });

  test('is not called again when its error says that this cannot help', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start(() => {
      throw configError('table', 'is not there.');
    });
    await world.until(() => world.dead().length === 1);
    expect(await consumer.close()).toMatchObject({ retried: 0, deadLettered: 1 });
  });

  test('is called again for an error of the SDK that may pass', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start((_event, { attempt }) => {
      const facts = { bytes: 2, limit: 1 };
      if (attempt === 1) throw new EventstreamError('buffer-full', { message: 'The buffer is full.', facts });
    });
    await world.clock.advance(100);
    expect(await consumer.close()).toMatchObject({ retried: 1, handled: 1 });
  });

  test('holds a copy of its record, and of those behind it, while it waits', async () => {
    const world = await createWorld();
    const { scriptedTransport, view } = await import('./testing/scripted-transport.ts');
    const script = scriptedTransport();
    const copied: number[] = [];
    const watched = (offset: number, key: string) => {
      const record = view(offset, 'o', key);
      const copy = () => {
        copied.push(offset);
        return record;
      };
      return { ...record, copy };
    };
    const { consumer } = world.start(
      ({ offset }, { attempt }) => {
        if (offset === 0 && attempt === 1) throw new Error('again');
      },
      { transport: script.transport },
    );
    await world.settle();
    script.assign();
    script.push([], { records: [watched(0, 'a'), watched(1, 'a'), watched(2, 'b')], nextOffset: 3 });
    await world.settle();
    script.push([], { records: [watched(3, 'a'), watched(4, 'b')], nextOffset: 5 });
    await world.settle();
    expect(copied).toEqual([0, 1, 3]);
    await world.clock.advance(100);
    expect(await consumer.close()).toMatchObject({ handled: 5 });
  });

  test('is told by moments, one object for the whole handling', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start((_event, { attempt }) => {
      if (attempt === 1) throw new Error('again');
    });
    const heard = listen(consumer, 'consumer.handling', 'consumer.retrying', 'consumer.settled');
    await world.clock.advance(100);
    expect(heard.map(({ name }) => name)).toEqual(['consumer.handling', 'consumer.retrying', 'consumer.settled']);
    const [handling, retrying, settled] = heard.map(({ moment }) => moment);
    expect(handling).toMatchObject({ id: 'id-a', type: 'shop.order.placed', key: 'a', time: 1000, group: 'billing' });
    expect(retrying).toMatchObject({ attempt: 1, delayMs: 100, error: { message: 'again' } });
    expect(settled).toMatchObject({ settlement: 'done', attempts: 2, durationMs: 100 });
    expect((retrying as { handling: unknown }).handling).toBe(handling);
    expect((settled as { handling: unknown }).handling).toBe(handling);
    await consumer.close();
  });
});

describe('a handler that takes too long', () => {
  test('has its signal fired and has failed with timeout', async () => {
    const world = await createWorld();
    await world.send('a');
    const signals: AbortSignal[] = [];
    const { consumer } = world.start(
      (_event, { signal, attempt }) => {
        signals.push(signal);
        return attempt === 1 ? new Promise(() => undefined) : undefined;
      },
      { handlerTimeout: '5s' },
    );
    const heard = listen(consumer, 'consumer.retrying');
    await world.clock.advance(4999);
    expect(signals[0]?.aborted).toBe(false);
    await world.clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(heard[0]?.moment.error).toMatchObject({
      code: 'timeout',
      message:
        'The handler of shop.order.placed did not end within 5000 ms. Make it heed its signal, or raise handlerTimeout.',
    });
    await world.clock.advance(100);
    expect(signals[1]?.aborted).toBe(false);
    expect(await consumer.close()).toMatchObject({ handled: 1, retried: 1 });
    expect(world.clock.pending).toBe(0);
  });

  test('but heeds its signal in time leaves no timer and no listener behind', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b']);
    const { consumer } = world.start(async () => undefined, { handlerTimeout: '5s', commitEvery: 10 });
    await world.clock.advance(10);
    expect(world.clock.pending).toBe(0);
    expect(await consumer.close()).toMatchObject({ handled: 2 });
  });

  test('is aborted by a revocation as well', async () => {
    const world = await createWorld();
    await world.send('a');
    const held = gate();
    let signal: AbortSignal | undefined;
    const { consumer } = world.start(
      (_event, context) => {
        signal ??= context.signal;
        return held.passed;
      },
      { handlerTimeout: '5s' },
    );
    await world.until(() => signal !== undefined);
    world.cluster.rebalance('billing');
    expect(signal?.aborted).toBe(true);
    held.open();
    await world.settle();
    await consumer.close();
  });
});
