import { EventstreamError, type MomentHub } from '@eventstream/core';
import { describe, expect, test } from 'vitest';
import { scriptedTransport } from './testing/scripted-transport.ts';
import { createWorld, gate, listen } from './testing/world.ts';

describe('a consumer that is to stop', () => {
  test('lets running handlers end, starts no more, commits, leaves and reports', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'a', 'b']);
    const held = gate();
    const begun: number[] = [];
    const stop = new AbortController();
    const consumer = world.consumer(({ offset }) => {
      begun.push(offset);
      return held.passed;
    });
    const done = consumer.run({ signal: stop.signal });
    await world.until(() => begun.length === 2);
    stop.abort();
    await world.clock.advance(24_999);
    expect(consumer.status().state).toBe('draining');
    await world.send('c');
    held.open();
    expect(await done).toEqual({
      handled: 2,
      deadLettered: 0,
      dropped: 0,
      retried: 0,
      unfinished: 1,
      committed: [{ topic: 'shop.orders', partition: 0, offset: 1 }],
    });
    expect(begun).toEqual([0, 2]);
    expect(world.committed()).toBe(1);
    expect(world.clock.pending).toBe(0);
  });

  test('fires the signals of handlers that are not done by the deadline, and leaves their events to the next owner', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b', 'c']);
    const { consumer, done } = world.start(
      ({ key }, { signal }) => {
        if (key === 'a') return undefined;
        return new Promise((_resolve, reject) => {
          // One heeds its signal, one does not.
          if (key === 'b') signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
      { drainTimeout: '10s' },
    );
    await world.until(() => consumer.status().running === 2);
    const closed = consumer.close();
    await world.clock.advance(9_999);
    expect(consumer.status().state).toBe('draining');
    await world.clock.advance(1);
    expect(await done).toMatchObject({ handled: 1, unfinished: 2 });
    expect(await closed).toBe(await done);
    expect(world.committed()).toBe(1);
    expect(world.dead()).toEqual([]);
  });

  test('may be given less time when it is closed, also while it drains', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start(() => new Promise(() => undefined));
    await world.until(() => consumer.status().running === 1);
    void consumer.close();
    await world.clock.advance(1000);
    expect(consumer.status().state).toBe('draining');
    const closed = consumer.close({ timeoutMs: 500 });
    await world.clock.advance(500);
    expect(await closed).toMatchObject({ unfinished: 1 });
    expect(world.clock.pending).toBe(0);
  });

  test('does not try again what fails meanwhile', async () => {
    const world = await createWorld();
    await world.send('a');
    const held = gate();
    const { consumer } = world.start(() => held.passed);
    await world.until(() => consumer.status().running === 1);
    const closed = consumer.close();
    held.fail(new Error('not now'));
    expect(await closed).toMatchObject({ unfinished: 1, retried: 0, deadLettered: 0 });
    expect(world.clock.pending).toBe(0);
  });

  test('does not wait for retries', async () => {
    const world = await createWorld();
    await world.send('a');
    const { consumer } = world.start(() => {
      throw new Error('not now');
    });
    await world.settle();
    expect(await consumer.close()).toMatchObject({ unfinished: 1, retried: 1 });
    expect(world.committed()).toBeUndefined();
    expect(world.clock.pending).toBe(0);
  });

  test('still writes the dead letter of a handler that fails for the last time', async () => {
    const world = await createWorld();
    await world.send('a');
    const held = gate();
    const { consumer } = world.start(() => held.passed, { retry: { inPlace: { attempts: 1 } } });
    await world.until(() => consumer.status().running === 1);
    const closed = consumer.close();
    held.fail(new Error('never'));
    expect(await closed).toMatchObject({ deadLettered: 1, unfinished: 0 });
    expect(world.committed()).toBe(1);
  });

  test('gives records back that come while it drains', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const held = gate();
    const { consumer } = world.start(() => held.passed, { transport: script.transport });
    await world.settle();
    script.assign();
    script.push([0]);
    await world.settle();
    const closed = consumer.close();
    script.push([1, 2]);
    held.open();
    expect(await closed).toMatchObject({ handled: 1, unfinished: 0, committed: [{ offset: 1 }] });
    expect(script.calls).toEqual(['connect', 'pause 0', 'leave', 'close']);
  });

  test('hands over to the next member where it stopped', async () => {
    const world = await createWorld();
    await world.sendAll(['a', 'b']);
    const first = world.start(() => undefined).consumer;
    await world.until(() => first.status().partitions[0]?.position === 2);
    await first.close();
    await world.send('c');
    const seen: (string | null)[] = [];
    const second = world.start(({ key }) => void seen.push(key)).consumer;
    await world.until(() => seen.length > 0);
    expect(await second.close()).toMatchObject({ handled: 1 });
    expect(seen).toEqual(['c']);
  });

  test('before it has joined just ends', async () => {
    const world = await createWorld();
    const stop = new AbortController();
    stop.abort();
    expect(await world.consumer(() => undefined).run({ signal: stop.signal })).toMatchObject({ handled: 0 });
    const idle = world.consumer(() => undefined);
    expect(await idle.close()).toMatchObject({ handled: 0, committed: [] });
    await expect(idle.run()).rejects.toMatchObject({ code: 'config-invalid' });
  });

  test('while it joins ends as well', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const transport = {
      ...script.transport,
      connect: ({ signal }: { signal?: AbortSignal } = {}) =>
        new Promise<void>((_resolve, reject) => {
          const error = new EventstreamError('aborted', { message: 'Aborted.', facts: { operation: 'connect' } });
          signal?.addEventListener('abort', () => reject(error));
        }),
    };
    const { consumer, done } = world.start(() => undefined, { transport });
    await world.settle();
    expect(consumer.status().state).toBe('joining');
    await consumer.close();
    expect(await done).toMatchObject({ handled: 0 });
  });
});

describe('a consumer', () => {
  test('rejects with what ended its subscription, after draining', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const held = gate();
    const { consumer, done } = world.start(() => held.passed, { transport: script.transport });
    await world.settle();
    script.assign();
    script.push([0]);
    await world.settle();
    const error = new EventstreamError('authentication-failed', { message: 'Wrong password.', facts: { brokers: [] } });
    script.driver.onError(error);
    await world.settle();
    expect(consumer.status().state).toBe('draining');
    held.open();
    await expect(done).rejects.toBe(error);
    expect(await consumer.close()).toMatchObject({ handled: 1 });
    expect(script.commits).toHaveLength(1);
  });

  test('rejects when it cannot connect', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const error = new EventstreamError('transport-unreachable', {
      message: 'Nobody there.',
      facts: { brokers: ['x'] },
    });
    const transport = { ...script.transport, connect: () => Promise.reject(error) };
    await expect(world.consumer(() => undefined, { transport }).run()).rejects.toBe(error);
    expect(script.calls).toEqual([]);
  });

  test('goes on through trouble that passes, and shows it meanwhile', async () => {
    const world = await createWorld();
    const script = scriptedTransport();
    const { consumer } = world.start(() => undefined, { transport: script.transport });
    const heard = listen(consumer, 'transport.log');
    await world.settle();
    script.assign();
    script.driver.onError(
      new EventstreamError('transport-unreachable', { message: 'Brokers away.', facts: { brokers: ['x'] } }),
    );
    expect(consumer.status()).toMatchObject({ state: 'running', trouble: [{ code: 'transport-unreachable' }] });
    expect(heard).toMatchObject([{ moment: { level: 'warn', facts: { code: 'transport-unreachable' } } }]);
    script.push([0]);
    expect(consumer.status().trouble).toEqual([]);
    await consumer.close();
  });

  test('runs once', async () => {
    const world = await createWorld();
    const { consumer } = world.start(() => undefined);
    await expect(consumer.run()).rejects.toMatchObject({ code: 'config-invalid' });
    await consumer.close();
  });

  test('is ready with its first assignment, and closes with its scope', async () => {
    const world = await createWorld();
    let ready = false;
    let status: () => string;
    {
      await using consumer = world.start(() => undefined).consumer;
      void consumer.ready.then(() => {
        ready = true;
      });
      expect(ready).toBe(false);
      await world.until(() => ready);
      status = () => consumer.status().state;
    }
    expect(status()).toBe('closed');
  });
});

describe('instrumentation', () => {
  test('listens to both hubs and wraps every attempt, the first outermost', async () => {
    const world = await createWorld();
    await world.send('a');
    const hubs: MomentHub[] = [];
    const steps: string[] = [];
    const named = (name: string) => ({
      attach: (hub: MomentHub) => void hubs.push(hub),
      aroundHandler<Result>({ id }: { id: string }, run: () => Result): Result {
        steps.push(`${name} in ${id}`);
        const result = run();
        steps.push(`${name} out`);
        return result;
      },
    });
    const silent = { attach: () => undefined };
    const transport = world.cluster.transport();
    const { consumer } = world.start(
      (_event, { attempt }) => {
        steps.push(`handler ${attempt}`);
        if (attempt === 1) return Promise.reject(new Error('again'));
        return undefined;
      },
      { instrumentation: [named('x'), silent, named('y')], transport },
    );
    await world.clock.advance(100);
    const once = ['x in id-a', 'y in id-a', 'handler 1', 'y out', 'x out'];
    expect(steps).toEqual([...once, ...once.map((step) => step.replace('handler 1', 'handler 2'))]);
    expect(hubs).toEqual([consumer.moments, transport.moments, consumer.moments, transport.moments]);
    await consumer.close();
  });
});
