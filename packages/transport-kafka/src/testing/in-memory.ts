import type { Clock } from '@eventstream/core';
import type { ManualClock, MockBroker } from '@eventstream/mock-broker';
import type { KafkaOptions } from '../options.ts';

/** A clock of the broker's as transports take it: broker and client live in one time. */
function clientClock(clock: ManualClock): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.now(),
    after(delayMs, callback) {
      const timer = clock.schedule(delayMs, callback);
      return () => timer.cancel();
    },
  };
}

/** Draws from a seed (mulberry32), so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Options of a transport that reaches a broker without sockets, in the broker's own time. */
export function inMemory(broker: MockBroker, clock: ManualClock, seed: number): KafkaOptions {
  return {
    brokers: broker.brokers,
    clock: clientClock(clock),
    random: seeded(seed),
    openSocket: ({ port }) =>
      new Promise((resolve, reject) => {
        const socket = broker.network.connect(port);
        socket.once('error', reject);
        process.nextTick(() => {
          if (socket.destroyed) return;
          socket.off('error', reject);
          resolve(socket);
        });
      }),
  };
}
