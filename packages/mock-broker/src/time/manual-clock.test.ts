import { describe, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { createManualClock } from './manual-clock.ts';

test('runs what comes due, in order, at its own time', () => {
  const clock = createManualClock(0);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
  clock.schedule(20, note('late'));
  clock.schedule(10, note('first'));
  clock.schedule(10, note('second'));
  clock.schedule(10, () => clock.schedule(5, note('child')));
  clock.advance(15);
  expect(ran).toEqual(['first@10', 'second@10', 'child@15']);
  clock.advance(5);
  expect(ran.at(-1)).toBe('late@20');
  expect(clock.pending()).toBe(0);
});

test('a cancelled timer does not run', () => {
  const clock = createManualClock();
  const callback = vi.fn();
  clock.schedule(1, callback).cancel();
  clock.advance(10);
  expect(callback).not.toHaveBeenCalled();
});

test('time passes in words', () => {
  const clock = createManualClock(0);
  for (const duration of ['250ms', '45s', '15m', '2h', '7d', 1] as const) clock.advance(duration);
  expect(clock.now()).toBe(250 + 45_000 + 900_000 + 7_200_000 + 604_800_000 + 1);
  expect(() => clock.advance('1 year' as '1d')).toThrow('is no duration');
  expect(() => clock.advance(-1)).toThrow('is no duration');
});

describe('runUntil', () => {
  test('goes from timer to timer, and no further than it must', async () => {
    const clock = createManualClock(0);
    const ran: number[] = [];
    for (const due of [10, 20, 30]) clock.schedule(due, () => ran.push(due));
    await clock.runUntil(() => ran.length === 2);
    expect([ran, clock.now(), clock.nextDue(), clock.pending()]).toEqual([[10, 20], 20, 30, 1]);
  });

  test('lets what a step brought be answered before time moves on', async () => {
    const clock = createManualClock(0);
    const seen: string[] = [];
    clock.schedule(10, () => void setTimeout(() => seen.push(`answer@${clock.now()}`), 3));
    clock.schedule(20, () => seen.push(`next@${clock.now()}`));
    await clock.runUntil(() => seen.length === 2);
    expect(seen).toEqual(['answer@10', 'next@20']);
  });

  test('says what it waited for in vain', async () => {
    const clock = createManualClock(0);
    clock.schedule(10, () => undefined);
    clock.schedule(60_000, () => undefined);
    const waited = clock.runUntil(() => false, { deadline: '30s', patience: '1ms' });
    await expect(waited).rejects.toThrow('1 timers ran, the next timer is due 60000 ms after the start');
    await expect(waited).rejects.toMatchObject({ code: 'DEADLINE' });
  });
});

test('the system clock does not take a very long wait for none', () => {
  const callback = vi.fn();
  vi.useFakeTimers();
  const timer = systemClock.schedule(2 ** 40, callback);
  vi.advanceTimersByTime(1000);
  timer.cancel();
  vi.useRealTimers();
  expect(callback).not.toHaveBeenCalled();
});
