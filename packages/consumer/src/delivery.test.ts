import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Consumer } from './create-consumer.ts';
import { createWorld, type OrderHandler } from './testing/world.ts';

type World = Awaited<ReturnType<typeof createWorld>>;

interface Planned {
  readonly key: number;
  readonly ms: number;
  readonly fails: number;
}

const event = record({
  key: integer({ min: 0, max: 5 }),
  ms: integer({ min: 0, max: 9 }),
  fails: integer({ min: 0, max: 3 }),
});
const step = record({
  act: constantFrom('rebalance', 'join', 'stop', 'nothing'),
  afterMs: integer({ min: 1, max: 40 }),
});
const plan = record({
  events: array(event, { minLength: 1, maxLength: 60 }),
  steps: array(step, { maxLength: 12 }),
  concurrency: integer({ min: 1, max: 8 }),
});
const attempts = 3;

/** Handles as planned and notes what must never be: a handler's own assertion would only make a dead letter. */
function observer(world: World, events: readonly Planned[]) {
  const handled = new Set<number>();
  const violations: string[] = [];
  const running = new Set<string>();
  const lastOf = new Map<string, number>();
  const handler: OrderHandler = async ({ key, data: { total }, partition }, { signal, attempt, epoch }) => {
    const { ms = 0, fails = 0 } = events[total - 1] ?? {};
    const lane = `${epoch}/${partition}/${key}`;
    if (running.has(lane)) violations.push(`${lane} runs two handlers at once`);
    running.add(lane);
    await new Promise<void>((resolve) => world.clock.after(ms, resolve));
    running.delete(lane);
    if (signal.aborted) return;
    if (attempt <= fails) throw new Error('not now');
    const last = lastOf.get(lane) ?? 0;
    if (total <= last) violations.push(`${lane} handled ${total} after ${last}`);
    lastOf.set(lane, total);
    handled.add(total);
  };
  return { handler, handled, violations };
}

describe('delivery', () => {
  test('is at least once and in the order of each key, through failures, rebalances and members that come and go', async () => {
    await assert(
      asyncProperty(plan, async ({ events, steps, concurrency }) => {
        const world = await createWorld({ partitions: 3 });
        const { handler, handled, violations } = observer(world, events);
        const retry = { inPlace: { attempts, backoff: { initialMs: 5, maxMs: 10 } } };
        const start = () => world.start(handler, { concurrency, retry }).consumer;
        const members: Consumer[] = [start()];
        for (const [index, { key }] of events.entries()) {
          const value = JSON.stringify({ orderId: `k${key}`, total: index + 1 });
          await world.send(`k${key}`, { partition: key % 3, value });
        }
        for (const { act, afterMs } of steps) {
          await world.clock.advance(afterMs);
          if (act === 'rebalance') world.cluster.rebalance('billing');
          if (act === 'join') members.push(start());
          if (act === 'stop' && members.length > 1) {
            const closed = members.shift()?.close({ timeoutMs: 5 });
            await world.clock.advance(50);
            await closed;
          }
        }
        for (let turn = 0; turn < 200; turn += 1) await world.clock.advance(20);
        const dead = world
          .dead()
          .map(({ value }) => (JSON.parse(new TextDecoder().decode(value ?? undefined)) as { total: number }).total);
        const numbers = (wanted: (planned: Planned) => boolean) =>
          events.flatMap((planned, index) => (wanted(planned) ? [index + 1] : []));
        expect(violations).toEqual([]);
        expect([...handled].sort((one, other) => one - other)).toEqual(numbers(({ fails }) => fails < attempts));
        expect([...new Set(dead)].sort((one, other) => one - other)).toEqual(numbers(({ fails }) => fails >= attempts));
        const perPartition = [0, 1, 2].map((partition) => events.filter(({ key }) => key % 3 === partition).length);
        expect([0, 1, 2].map((partition) => world.committed(partition) ?? 0)).toEqual(perPartition);
        await Promise.all(members.map((member) => member.close()));
      }),
      { numRuns: 60 },
    );
  });
});
