import { EventstreamError } from '@eventstream/core';
import { describe, expect, test } from 'vitest';
import { scriptedTransport } from './testing/scripted-transport.ts';
import { createWorld, gate, listen } from './testing/world.ts';

async function scripted() {
  const world = await createWorld();
  const script = scriptedTransport();
  const gates = new Map<number, ReturnType<typeof gate>>();
  const gateAt = (offset: number) => gates.get(offset) ?? gates.set(offset, gate()).get(offset) ?? gate();
  const { consumer, done } = world.start(({ offset }) => gateAt(offset).passed, { transport: script.transport });
  await world.settle();
  script.assign();
  const open = async (...offsets: readonly number[]) => {
    for (const offset of offsets) gateAt(offset).open();
    await world.settle();
  };
  return { world, script, consumer, done, open };
}

const retriable = () =>
  new EventstreamError('broker-refused', {
    message: 'The coordinator is loading.',
    facts: { operation: 'OffsetCommit', kafkaCode: 'COORDINATOR_LOAD_IN_PROGRESS' },
    retriable: true,
  });

describe('committing', () => {
  test('stores the watermark only, at most once per interval', async () => {
    const { world, script, consumer, open } = await scripted();
    script.push([0, 1, 2, 3]);
    await open(1, 2);
    await world.clock.advance(1000);
    expect(script.commits).toEqual([]);
    await open(0);
    expect(script.commits).toEqual([]);
    await world.clock.advance(99);
    expect(script.commits).toEqual([]);
    await open(3);
    await world.clock.advance(1);
    expect(script.commits).toEqual([{ epoch: 1, offsets: [{ topic: 'shop.orders', partition: 0, offset: 4 }] }]);
    expect(consumer.status().partitions[0]).toMatchObject({ position: 4, committed: 4 });
    await world.clock.advance(10_000);
    expect(script.commits).toHaveLength(1);
    expect(world.clock.pending).toBe(0);
    await consumer.close();
  });

  test('goes past compaction gaps and control records', async () => {
    const { world, script, consumer, open } = await scripted();
    script.push([3, 40], { nextOffset: 57 });
    await open(3, 40);
    await world.clock.advance(100);
    expect(script.commits.at(-1)?.offsets[0]?.offset).toBe(57);
    script.push([], { nextOffset: 60 });
    await world.clock.advance(100);
    expect(script.commits.at(-1)?.offsets[0]?.offset).toBe(60);
    await consumer.close();
  });

  test('takes the partitions of one epoch in one commit, one commit at a time', async () => {
    const { world, script, consumer, open } = await scripted();
    const answer = gate();
    script.driver.onRevoked([{ topic: 'shop.orders', partition: 0 }], 1);
    script.assign(2, 0, 1);
    script.answerCommit(() => answer.passed);
    script.push([0], { epoch: 2 });
    script.push([5], { epoch: 2, partition: 1 });
    await open(0, 5);
    await world.clock.advance(100);
    expect(script.commits).toHaveLength(1);
    expect(script.commits[0]).toMatchObject({ epoch: 2, offsets: [{ offset: 1 }, { partition: 1, offset: 6 }] });
    script.push([1], { epoch: 2 });
    await open(1);
    await world.clock.advance(500);
    expect(script.commits).toHaveLength(1);
    answer.open();
    await world.clock.advance(100);
    expect(script.commits[1]).toMatchObject({ epoch: 2, offsets: [{ partition: 0, offset: 2 }] });
    await consumer.close();
  });

  test('is tried again after a failure that may pass', async () => {
    const { world, script, consumer, open } = await scripted();
    const heard = listen(consumer, 'consumer.commit-failed', 'consumer.committed');
    script.refuseCommit(retriable());
    script.answerCommit(() => Promise.reject(new TypeError('socket')));
    script.push([0]);
    await open(0);
    await world.clock.advance(100);
    expect(consumer.status().trouble.map(({ code }) => code)).toEqual(['broker-refused']);
    await world.clock.advance(100);
    expect(consumer.status().trouble.map(({ code }) => code)).toEqual(['internal']);
    await world.clock.advance(200);
    expect(heard.map(({ name }) => name)).toEqual([
      'consumer.commit-failed',
      'consumer.commit-failed',
      'consumer.committed',
    ]);
    expect(consumer.status().trouble).toEqual([]);
    await consumer.close();
  });

  test('gives up what was fenced, and goes on once assigned again', async () => {
    const { world, script, consumer, open } = await scripted();
    const heard = listen(consumer, 'consumer.commit-failed');
    script.refuseCommit(
      new EventstreamError('fenced', { message: 'Epoch 1 is over.', facts: { group: 'billing', epoch: 1 } }),
    );
    script.push([0, 1, 2]);
    await open(0);
    await world.clock.advance(100);
    await open(1);
    await world.clock.advance(10_000);
    expect(script.commits).toHaveLength(1);
    expect(heard).toMatchObject([{ moment: { group: 'billing', error: { code: 'fenced' } } }]);
    script.assign(2);
    await open(2);
    await world.clock.advance(100);
    expect(script.commits.at(-1)).toMatchObject({ epoch: 2, offsets: [{ offset: 3 }] });
    await consumer.close();
  });

  test('that a rebalance overtook is made again under the new epoch, without waiting for another record', async () => {
    const { world, script, consumer, open } = await scripted();
    const answer = gate();
    script.answerCommit(async () => {
      await answer.passed;
      throw new EventstreamError('fenced', { message: 'Epoch 1 is over.', facts: { group: 'billing', epoch: 1 } });
    });
    script.push([0, 1]);
    await open(0, 1);
    await world.clock.advance(100);
    script.assign(2);
    answer.open();
    await world.settle();
    await world.clock.advance(100);
    expect(script.commits.at(-1)).toMatchObject({ epoch: 2, offsets: [{ offset: 2 }] });
    await consumer.close();
  });

  test('that is refused for good ends the consumer', async () => {
    const { world, script, done, open } = await scripted();
    script.refuseCommit(
      new EventstreamError('authorization-failed', {
        message: 'The group may not be read.',
        facts: { operation: 'OffsetCommit', resource: 'billing' },
      }),
    );
    script.push([0]);
    await open(0);
    await world.clock.advance(100);
    await expect(done).rejects.toMatchObject({ code: 'authorization-failed' });
    expect(script.calls).toEqual(['connect', 'pause 0', 'leave', 'close']);
  });

  test('is not tried for a partition that was taken away', async () => {
    const { world, script, consumer, open } = await scripted();
    script.push([0]);
    await open(0);
    script.driver.onRevoked([{ topic: 'shop.orders', partition: 0 }], 1);
    await world.clock.advance(1000);
    await consumer.close();
    expect(script.commits).toEqual([]);
  });

  test('at the end waits for the commit that is under way', async () => {
    const { world, script, consumer, open } = await scripted();
    const answer = gate();
    script.answerCommit(() => answer.passed);
    script.push([0, 1]);
    await open(0);
    await world.clock.advance(100);
    await open(1);
    const closed = consumer.close();
    await world.settle();
    expect(script.commits).toHaveLength(1);
    answer.open();
    expect(await closed).toMatchObject({ committed: [{ offset: 2 }] });
  });

  test('at the end is bounded when the brokers do not answer', async () => {
    const { world, script, consumer, open } = await scripted();
    script.answerCommit(() => new Promise(() => undefined));
    script.push([0]);
    await open(0);
    const closed = consumer.close();
    await world.clock.advance(2000);
    expect(await closed).toMatchObject({ handled: 1, unfinished: 0, committed: [] });
    expect(script.calls.slice(-2)).toEqual(['leave', 'close']);
  });

  test('at the end is tried again while there is time', async () => {
    const { world, script, consumer, open } = await scripted();
    script.refuseCommit(retriable());
    script.push([0]);
    await open(0);
    const closed = consumer.close();
    await world.clock.advance(2000);
    expect(await closed).toMatchObject({ committed: [{ topic: 'shop.orders', partition: 0, offset: 1 }] });
  });
});
