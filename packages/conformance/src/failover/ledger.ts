import { setTimeout as wait } from 'node:timers/promises';
import { type KafkaTransport, kafka } from '@eventstream/transport-kafka';
import { partitions, type Told } from './load.ts';
import { accountOf, endMark, type Ledger, Page } from './pages.ts';

/** Open transactions end within a minute, and what stands behind them is seen after that. */
const patienceMs = 120_000;

/** A reader of a topic that keeps count. */
export type LedgerReader = {
  /** The account, once every partition was read to its end mark. Rejects when that takes too long. */
  untilEnd(told: Told): Promise<Ledger>;
};

/** Writes the end marks of topics, behind all that was sent to them. */
export async function markEnds(transport: KafkaTransport, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    const writer = await transport.topic(topic);
    for (let partition = 0; partition < partitions; partition += 1) {
      await writer.append(partition, null, endMark, [], Date.now());
    }
  }
}

/** Reads a topic from its beginning, in a group that commits each second. */
export async function startLedger(brokers: string, topic: string, group: string): Promise<LedgerReader> {
  const transport = kafka({ brokers });
  await transport.connect();
  const pages: readonly Page[] = Array.from({ length: partitions }, () => new Page());
  const troubles: string[] = [];
  const committing = await follow(transport, { topic, group, pages, troubles });
  const finish = async (told: Told): Promise<Ledger> => {
    const deadline = performance.now() + patienceMs;
    while (pages.some(({ ended }) => !ended)) {
      if (performance.now() > deadline) {
        const ends = await transport.offsets(topic);
        const state = pages.map(({ next, ended }) => ({ next, ended }));
        throw new Error(`${group} does not come to the end of ${topic}: ${JSON.stringify({ state, ends, troubles })}`);
      }
      await wait(50);
    }
    return accountOf(pages, told);
  };
  return {
    async untilEnd(told) {
      try {
        return await finish(told);
      } finally {
        clearInterval(committing);
        await transport.close();
      }
    },
  };
}

type Following = {
  readonly topic: string;
  readonly group: string;
  readonly pages: readonly Page[];
  readonly troubles: string[];
};

/** Joins; gives the timer of its commits. */
async function follow(transport: KafkaTransport, { topic, group, pages, troubles }: Following) {
  let epoch = 0;
  let owned: readonly number[] = [];
  const subscription = await transport.subscribe({
    group,
    topics: [topic],
    startFrom: 'earliest',
    onAssigned(now, at) {
      epoch = at;
      owned = now.map(({ partition }) => partition);
    },
    onRevoked() {
      owned = [];
    },
    onRecords({ partition, records, nextOffset }) {
      const page = pages[partition] as Page;
      // Who comes back to an older commit reads some once more: they are counted by their offsets.
      for (const { offset, value } of records) if (offset >= page.next) page.enter(Buffer.from(value ?? []).toString());
      page.next = Math.max(page.next, nextOffset);
    },
    onError: (error) => void troubles.push(String(error)),
  });
  return setInterval(() => {
    const offsets = owned.map((partition) => ({ topic, partition, offset: pages[partition]?.next ?? 0 }));
    subscription.commit(offsets, epoch).catch(() => undefined);
  }, 1000);
}
