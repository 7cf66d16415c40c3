import { expect, test, vi } from 'vitest';
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

test('the system clock does not take a very long wait for none', () => {
  const callback = vi.fn();
  vi.useFakeTimers();
  const timer = systemClock.schedule(2 ** 40, callback);
  vi.advanceTimersByTime(1000);
  timer.cancel();
  vi.useRealTimers();
  expect(callback).not.toHaveBeenCalled();
});
