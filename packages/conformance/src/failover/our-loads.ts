import { setTimeout as wait } from 'node:timers/promises';
import type { KafkaTransport } from '@eventstream/transport-kafka';
import { type Load, longestOf, numbered } from './load.ts';

const tickMs = 10;
/** Longer than any record or transaction may take. */
const patienceMs = 150_000;
/** The most a transaction holds: what a stall has held back goes in several. */
const mostInOne = 6000;

/** `perSecond` records, each awaited apart. */
export async function steadyLoad(transport: KafkaTransport, topic: string, perSecond: number): Promise<Load> {
  const writer = await transport.topic(topic);
  const longest = longestOf();
  const refused = new Set<number>();
  const began = performance.now();
  let [sent, running] = [0, true];
  const append = (index: number, at: number) => {
    const { partition, value } = numbered(index);
    // A time of today: brokers delete by it what is older than a week, and look half a minute after their start.
    writer.append(partition, null, value, [], Date.now()).then(
      () => longest.took(at),
      () => refused.add(index),
    );
  };
  const loop = (async () => {
    while (running) {
      const now = performance.now();
      for (; sent < ((now - began) / 1000) * perSecond && !transport.full; sent += 1) append(sent, now);
      await wait(tickMs);
    }
  })();
  return {
    sent: () => sent,
    async stop() {
      running = false;
      await loop;
      await transport.flush({ timeoutMs: patienceMs });
      return { sent, refused, longestMs: longest.ms };
    },
  };
}

/** `perSecond` records in transactions. What a failed one held is sent again, so that only whole ones may be seen. */
export async function transactionalLoad(transport: KafkaTransport, topic: string, perSecond: number): Promise<Load> {
  const producer = await transport.transactional(transactionalId(topic));
  const writer = await producer.topic(topic);
  const longest = longestOf();
  const began = performance.now();
  let [committed, running] = [0, true];
  const tryOnce = async (count: number) => {
    producer.begin();
    const appended = Array.from({ length: count }, (_, index) => {
      const { partition, value } = numbered(committed + index);
      return writer.append(partition, null, value, [], Date.now());
    });
    await Promise.all(appended);
    await producer.commit();
  };
  const untilAborted = async () => {
    for (const deadline = performance.now() + patienceMs; ; await wait(100)) {
      try {
        return await producer.abort();
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  };
  const transact = async (count: number) => {
    for (const at = performance.now(); ; ) {
      try {
        await tryOnce(count);
        committed += count;
        return longest.took(at);
      } catch {
        await untilAborted();
      }
    }
  };
  const loop = (async () => {
    while (running) {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond) - committed;
      if (due > 0) await transact(Math.min(due, mostInOne));
      await wait(2 * tickMs);
    }
  })();
  loop.catch(() => undefined); // Told by stop.
  return {
    sent: () => committed,
    async stop() {
      running = false;
      await loop;
      return { sent: committed, refused: new Set(), longestMs: longest.ms };
    },
  };
}

/** By what the load of a topic is known to its coordinator. */
export function transactionalId(topic: string): string {
  return `failover-${topic}`;
}
