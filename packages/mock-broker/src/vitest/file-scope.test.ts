import { describe, expect } from 'vitest';
import type { MockBroker } from '../broker.ts';
import { rawClient } from '../testing/raw-client.ts';
import { brokerTest, test as perTest } from './index.ts';

const test = brokerTest({ scope: 'file', broker: { nodes: 2, topics: [{ name: 'orders' }] } });
const met = new Set<MockBroker>();

describe('a broker per file', () => {
  test('is started with its options', async ({ broker }) => {
    met.add(broker);
    expect(broker.nodes).toHaveLength(2);
    await using client = await rawClient(
      broker.nodes.find(({ id }) => id === broker.topic('orders').partitions[0]!.leader)!.port,
    );
    await client.produce('orders', 'first');
  });

  test.fails('lets the test that placed a fault in vain fail', ({ broker }) => {
    broker.faults.on('Produce').fail('NOT_LEADER_OR_FOLLOWER');
  });

  test('is the same for the next test, which is not blamed for that fault', async ({ broker }) => {
    expect(met.has(broker)).toBe(true);
    expect((await broker.topic('orders').records()).map(({ value }) => String(value))).toEqual(['first']);
  });
});

describe('a broker per test', () => {
  const own = new Set<MockBroker>();
  for (const number of [1, 2]) {
    perTest(`is another one, ${number}`, ({ broker }) => {
      expect(own.has(broker) || met.has(broker)).toBe(false);
      own.add(broker);
    });
  }
});
