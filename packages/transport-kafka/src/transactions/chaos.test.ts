import { type ChaosRunOptions, type ChaosWorld, runChaos } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { type KafkaTransport, kafka } from '../kafka-transport.ts';
import { inMemory, seeded } from '../testing/in-memory.ts';

const partitions = 2;
const rounds = 25;
/** How many seeds; more by hand. */
const seeds = Number(process.env['CHAOS_SEEDS'] ?? 100);

const apis = ['Produce', 'EndTxn', 'InitProducerId', 'AddPartitionsToTxn', 'FindCoordinator', 'Metadata'] as const;

/** What our own reader is given of each partition, up to its end. */
async function readCommitted(transport: KafkaTransport, sleep: ChaosWorld['sleep']): Promise<string[][]> {
  const values: string[][] = Array.from({ length: partitions }, () => []);
  const ends = (await transport.offsets('orders', { timeoutMs: 60_000 })).map(({ next }) => next);
  const positions = ends.map(() => 0);
  const subscription = await transport.subscribe(
    {
      group: 'audit',
      topics: ['orders'],
      startFrom: 'earliest',
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onRecords({ partition, records, nextOffset }) {
        for (const { value } of records) values[partition]?.push(Buffer.from(value ?? []).toString());
        positions[partition] = nextOffset;
      },
      onError: () => undefined,
    },
    { timeoutMs: 120_000 },
  );
  while (positions.some((position, partition) => position < (ends[partition] as number))) await sleep(200);
  await subscription.close();
  return values;
}

function options(transactionVersion: 1 | 2): Omit<ChaosRunOptions, 'seeds'> {
  return {
    profile: {
      nodes: 3,
      topics: [{ name: 'orders', partitions }],
      coordinated: ['billing'],
      steps: 12,
      within: '20s',
      apis,
    },
    broker: { transactionVersion },
    async scenario({ broker, clock, sleep, note }) {
      const random = seeded(5);
      const transport = kafka({ ...inMemory(broker, clock, 1), requestTimeout: '10s', deliveryTimeout: '40s' });
      await transport.connect({ timeoutMs: 60_000 });
      let producer = await transport.transactional('billing');
      let orders = await producer.topic('orders');
      for (let round = 0; round < rounds; ) {
        try {
          producer.begin();
          const receipts = Array.from({ length: 3 * partitions }, (_, index) =>
            orders.append(index % partitions, null, `${round}.${Math.floor(index / partitions)}`, [], 1),
          );
          await Promise.all(receipts);
          await producer.commit();
          note(`committed ${round}`);
          round += 1;
        } catch (error) {
          note(`round ${round} failed: ${(error as Error).message}`);
          try {
            await producer.abort();
          } catch (reason) {
            note(`begins anew: ${(reason as Error).message}`);
            await producer.close({ timeoutMs: 1000 });
            // Whether the commit happened is not known: the reader of committed records knows.
            producer = await transport.transactional('billing', { timeoutMs: 60_000 });
            orders = await producer.topic('orders');
            const seen = await broker.topic('orders').records({ isolation: 'committed' });
            if (seen.some(({ value }) => String(value) === `${round}.0`)) round += 1;
          }
        }
        await sleep(Math.floor(random() * 1500));
      }
      const read = await readCommitted(transport, sleep);
      await transport.close();
      const expected = Array.from({ length: rounds * 3 }, (_, index) => `${Math.floor(index / 3)}.${index % 3}`);
      const committed = await broker.topic('orders').records({ isolation: 'committed' });
      for (let partition = 0; partition < partitions; partition += 1) {
        const values = committed.filter((record) => record.partition === partition).map(({ value }) => String(value));
        expect(values, `partition ${partition}`).toEqual(expected);
        expect(read[partition], `partition ${partition}, as our own reader sees it`).toEqual(expected);
      }
    },
  };
}

test.each([1, 2] as const)(
  'whatever happens, transactions as of transaction.version %i are seen whole and once',
  { timeout: 60_000 + seeds * 300 },
  async (version) => {
    const runs = await runChaos({ ...options(version), seeds });
    const met = runs.filter(({ trace }) => trace.some((line) => line.includes(' fault: ')));
    expect(met.length).toBeGreaterThan(seeds / 2);
  },
);
