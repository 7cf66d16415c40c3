import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Held, judge, Ownership, passes } from './ownership.ts';

const p0 = { topic: 't', partition: 0 };
const p1 = { topic: 't', partition: 1 };

function held(next: number | undefined, more: Partial<Held> = {}): Held {
  return { ...p0, next, paused: false, strays: 0, skip: undefined, ...more };
}

describe('ownership', () => {
  test('its epoch rises with every assignment, and only the newest owns', () => {
    const ownership = new Ownership();
    expect(ownership.owns([], 0)).toBe(false);
    expect(ownership.assign([p0, p1])).toBe(1);
    expect(ownership.owns([p0, p1], 1)).toBe(true);
    expect(ownership.revoke()).toEqual([p0, p1]);
    expect(ownership.revoke()).toBeUndefined();
    expect(ownership.owns([p0], 1)).toBe(false);
    expect(ownership.assign([p1])).toBe(2);
    expect(ownership.owns([p1], 1)).toBe(false);
    expect(ownership.owns([p0], 2)).toBe(false);
    expect(ownership.owns([p1], 2)).toBe(true);
  });
});

describe('a batch', () => {
  test('is pushed when it begins at the position, and only then', () => {
    expect(judge(undefined, 5)).toBe('ignore');
    expect(judge(held(undefined), 5)).toBe('ignore');
    expect(judge(held(5, { paused: true }), 5)).toBe('ignore');
    expect(judge(held(5), 5)).toBe('push');
    expect(judge(held(5), 4)).toBe('seek');
    expect(judge(held(5), 6)).toBe('seek');
  });

  test('that keeps beginning elsewhere has its position looked up; one that fits forgets that', () => {
    const one = held(5);
    expect([judge(one, 9), judge(one, 9)]).toEqual(['seek', 'check']);
    expect([judge(one, 5), judge(one, 9)]).toEqual(['push', 'seek']);
  });

  test('of whatever fetches overlap, each offset is pushed once and in order', () => {
    const fetches = fc.array(fc.record({ from: fc.nat(30), count: fc.integer({ min: 1, max: 6 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fetches, (all) => {
        const one = held(0);
        const pushed: number[] = [];
        for (const { from, count } of all) {
          if (judge(one, from) !== 'push') continue;
          for (let offset = from; offset < from + count; offset += 1) pushed.push(offset);
          one.next = from + count;
        }
        expect(pushed).toEqual(pushed.map((_, index) => index));
      }),
    );
  });
});

describe('a run kafkajs passed over', () => {
  const run = (first: number | undefined, last: number) => ({ ...p0, first, last, highWatermark: 100 });

  test('moves the position when it begins there', () => {
    expect(passes(held(5), run(5, 7))).toBe(true);
    expect(passes(held(5), run(undefined, 5))).toBe(true);
  });

  test('behind a gap counts when it is seen twice', () => {
    const one = held(5);
    expect(passes(one, run(8, 9))).toBe(false);
    expect(passes(one, run(8, 9))).toBe(true);
  });

  test('counts for nothing before the position, while paused, or without a position', () => {
    expect(passes(held(5), run(2, 4))).toBe(false);
    expect(passes(held(5), run(undefined, 7))).toBe(false);
    expect(passes(held(5, { paused: true }), run(5, 7))).toBe(false);
    expect(passes(held(undefined), run(5, 7))).toBe(false);
    expect(passes(undefined, run(5, 7))).toBe(false);
  });
});
