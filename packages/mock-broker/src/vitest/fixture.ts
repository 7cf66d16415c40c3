import { test as base } from 'vitest';
import { type MockBroker, startMockBroker } from '../broker.ts';
import type { MockBrokerOptions } from '../cluster/options.ts';
import { MockBrokerError } from '../errors.ts';
import { unusedTable } from '../faults/unused-table.ts';

/** What {@link test} adds to a test's context. */
export type BrokerFixtures = {
  /** The options of this test's broker; give others with `test.override({ brokerOptions: { nodes: 3 } })`. */
  readonly brokerOptions: MockBrokerOptions;
  /** A cluster of its own for every test, started only if the test asks for it and closed afterwards. */
  readonly broker: MockBroker;
};

/**
 * vitest's `test` with a `broker` per test.
 *
 * A fault the test placed and nothing ran into fails the test: either the code under test never came that way, or the
 * rule is wrong. `broker.faults.clear()` says it is meant.
 *
 * @example
 * ```ts
 * import { test } from '@eventstream/mock-broker/vitest';
 * import { expect } from 'vitest';
 *
 * test('starts with what it was given', async ({ broker }) => {
 *   broker.createTopic({ name: 'shop.orders', partitions: 3 });
 *   // … the code under test, against broker.bootstrapServers …
 *   expect(await broker.topic('shop.orders').records()).toEqual([]);
 * });
 * ```
 */
export const test = base.extend<BrokerFixtures>({
  brokerOptions: [{}, { injected: false }],
  broker: async ({ brokerOptions }, use) => {
    const broker = await startMockBroker(brokerOptions);
    try {
      await use(broker);
    } finally {
      await broker.close();
    }
    failOnUnused(broker);
  },
});

function failOnUnused({ faults }: MockBroker): void {
  const unused = faults.unused();
  if (unused.length === 0) return;
  throw new MockBrokerError(
    'UNUSED_FAULTS',
    `Faults were placed and not used up:\n${unusedTable(unused)}\nDrive the code past them, or call broker.faults.clear().`,
    { count: unused.length },
  );
}
