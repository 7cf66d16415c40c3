import { expect, test, vi } from 'vitest';
import { MomentHub } from './moments.ts';

test('nobody is told after the undo, and the hub knows when nobody listens', () => {
  const hub = new MomentHub();
  const listener = vi.fn();
  const stop = hub.on('transport.connected', listener);
  expect(hub.wants('transport.connected')).toBe(true);
  hub.publish('transport.connected', { transport: 'memory' });
  stop();
  stop();
  expect(hub.wants('transport.connected')).toBe(false);
  hub.publish('transport.connected', { transport: 'memory' });
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener that throws hurts neither the publisher nor the other listeners', () => {
  const errors: unknown[] = [];
  const hub = new MomentHub((error) => errors.push(error));
  const healthy = vi.fn();
  hub.on('transport.connected', () => {
    throw new Error('broken listener');
  });
  hub.on('transport.connected', healthy);
  hub.publish('transport.connected', { transport: 'memory' });
  expect(healthy).toHaveBeenCalledOnce();
  expect(errors).toEqual([new Error('broken listener')]);
});
