import type { RecordBatch } from '@eventstream/core';
import { kafka } from '@eventstream/transport-kafka';
import { shop, shopTopics, workerGroup } from '@eventstream-apps/shop-contracts';
import { type DeadLetter, deadLetterOf, type Row, rowOf } from './rows.ts';

/** How many events have reached each stage since the topics began. */
export interface Totals {
  readonly accepted: number;
  readonly handled: number;
  readonly dead: number;
}

/** What is told to every open page. `handled` is the worker's committed offset by `topic/partition`. */
export interface Update {
  readonly rows?: readonly Row[];
  readonly dead?: readonly DeadLetter[];
  readonly handled?: Readonly<Record<string, number>>;
  readonly totals: Totals;
}

const keep = 10_000;
const pollMs = 250;

/** Follows the shop's topics and how far the worker has committed them. Keeps the last 10,000 events. */
export async function followShop(brokers: string) {
  const transport = kafka({ brokers, clientId: 'live-dashboard' });
  const listeners = new Set<(update: Update) => void>();
  const rows: Row[] = [];
  const dead: DeadLetter[] = [];
  const counts = { rows: 0, dead: 0 };
  let handled: Readonly<Record<string, number>> = {};
  const totals = (): Totals => {
    const settled = Object.values(handled).reduce((sum, offset) => sum + offset, 0);
    return { accepted: counts.rows, handled: Math.max(0, settled - counts.dead), dead: counts.dead };
  };
  const tell = (news: Omit<Update, 'totals'>) => {
    for (const listener of listeners) listener({ ...news, totals: totals() });
  };

  function keepLast<Item>(list: Item[], fresh: readonly Item[]): void {
    list.push(...fresh);
    list.splice(0, Math.max(0, list.length - keep));
  }

  function onRecords(batch: RecordBatch): void {
    if (batch.topic.endsWith(`.${workerGroup}.dead`)) {
      const fresh = batch.records.map(deadLetterOf);
      counts.dead += fresh.length;
      keepLast(dead, fresh);
      tell({ dead: fresh });
    } else {
      const fresh = batch.records.map((record) => rowOf(batch, record));
      counts.rows += fresh.length;
      keepLast(rows, fresh);
      tell({ rows: fresh });
    }
  }

  await transport.connect();
  const subscription = await transport.subscribe({
    // A group of its own for every page server: it shows everything and takes nothing away from the worker.
    group: `live-dashboard-${process.pid}-${Date.now()}`,
    topics: shopTopics.map(({ topic }) => topic),
    startFrom: 'earliest',
    onAssigned: () => undefined,
    onRevoked: () => undefined,
    onError: (error) => console.error(`live page: ${error.message}`),
    onRecords,
  });

  const poll = setInterval(async () => {
    // What the worker's group committed is handled: the brokers' own word, so no second channel is needed.
    const offsets = await Promise.all(
      shop.topics.map((topic) => transport.committed(workerGroup, topic).catch(() => [])),
    );
    const now = Object.fromEntries(
      offsets.flat().map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]),
    );
    if (JSON.stringify(now) === JSON.stringify(handled)) return;
    handled = now;
    tell({ handled });
  }, pollMs);

  return {
    /** Tells a page what is there, then what comes, until undone. */
    listen(listener: (update: Update) => void): () => void {
      listener({ rows: [...rows], dead: [...dead], handled, totals: totals() });
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      clearInterval(poll);
      await subscription.close();
      await transport.close();
    },
  };
}
