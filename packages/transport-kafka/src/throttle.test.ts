import { replayChaos } from '@eventstream/mock-broker';
import { expect, test } from 'vitest';
import { kafka } from './kafka-transport.ts';
import { inMemory } from './testing/in-memory.ts';

test('a broker that throttles is left alone for as long as it says (KIP-219)', async () => {
  const sentAt: number[] = [];
  const run = await replayChaos(
    {
      profile: { topics: [{ name: 'orders' }] },
      async scenario({ broker, clock }) {
        const transport = kafka(inMemory(broker, clock, 1));
        await transport.connect();
        const orders = await transport.topic('orders');
        await orders.append(0, null, 'first', [], 1);
        broker.faults.on('Produce').reply({ throttleTimeMs: 5000 });
        const start = clock.now();
        for (const value of ['throttled', 'after', 'soon after']) {
          await orders.append(0, null, value, [], 1);
          sentAt.push(clock.now() - start);
        }
        await transport.close();
      },
    },
    { seed: 1, steps: [] },
  );
  expect(run.error).toBeUndefined();
  expect(sentAt).toEqual([0, 5000, 5000]);
});

test('a partition without a leader does not make the others ask for metadata without a pause', async () => {
  let questions = 0;
  const run = await replayChaos(
    {
      profile: { nodes: 2, topics: [{ name: 'orders', partitions: 2 }] },
      async scenario({ broker, clock, sleep }) {
        const transport = kafka(inMemory(broker, clock, 1));
        await transport.connect();
        const orders = await transport.topic('orders');
        broker.on('request', ({ api }) => {
          if (api === 'Metadata') questions += 1;
        });
        broker.faults
          .on('Metadata')
          .reply((answer) => {
            const { topics } = answer as { topics: { partitions: { partitionIndex: number; leaderId: number }[] }[] };
            for (const { partitions } of topics) {
              for (const partition of partitions) if (partition.partitionIndex === 1) partition.leaderId = -1;
            }
            return answer;
          })
          .times(200);
        broker.faults.on('Produce').topic('orders', 1).fail('LEADER_NOT_AVAILABLE');
        const stuck = orders.append(1, null, 'waits', [], 1);
        for (let index = 0; index < 500; index += 1) {
          await orders.append(0, null, `${index}`, [], 1);
          await sleep(2);
        }
        broker.faults.clear();
        await stuck;
        await transport.close();
      },
    },
    { seed: 1, steps: [] },
  );
  expect(run.error).toBeUndefined();
  expect(questions).toBeGreaterThan(3);
  expect(questions).toBeLessThan(60);
});
