import type { Clock } from '@eventstream/core';
import { BrokerLost } from '../network/broker-lost.ts';
import type { Link } from '../network/link.ts';

/** A broker that has not answered after this long may be stalled: the next one is asked as well. */
const patienceMs = 2000;

/**
 * The first answer of several brokers, which are asked one after another: the next when one fails, or does not answer soon.
 * Rejects with the last failure when all have failed, and at once with what another broker would say as well.
 */
export function firstAnswer<Value>(
  links: readonly Link[],
  ask: (link: Link) => Promise<Value>,
  clock: Clock,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let [next, running, isOver] = [0, 0, false];
    let last: unknown = new BrokerLost('no broker', 'none is known', { maybeServed: false });
    const end = (settle: () => void) => {
      isOver = true;
      settle();
    };
    const begin = (): void => {
      const link = links[next];
      if (isOver) return;
      if (link === undefined) {
        if (running === 0) end(() => reject(last));
        return;
      }
      next += 1;
      running += 1;
      let isLate = false;
      const cancel = clock.after(patienceMs, () => {
        isLate = true;
        begin();
      });
      const settled = (): void => {
        running -= 1;
        cancel();
      };
      ask(link).then(
        (value) => {
          settled();
          end(() => resolve(value));
        },
        (error: unknown) => {
          settled();
          if (!(error instanceof BrokerLost)) return end(() => reject(error));
          last = error;
          if (!isLate || running === 0) begin();
        },
      );
    };
    begin();
  });
}
