import { test as base, type TestAPI } from 'vitest';
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

/** How a file's tests share their broker. */
export type BrokerTestOptions = {
  /** One broker for each test (default), or one for all tests of the file that ask for it. */
  readonly scope?: 'test' | 'file';
  /** How the cluster is laid out. */
  readonly broker?: MockBrokerOptions;
};

/**
 * vitest's `test` with a `broker` per test, or, with `scope: 'file'`, one per file, closed at the end of its scope.
 *
 * A test that has placed a fault which nothing ran into fails, whatever the scope. Tests that share a broker see what the
 * ones before them left behind: give each its own topics and groups, or let `broker.restore(snapshot)` put it back.
 *
 * @example
 * ```ts
 * import { brokerTest } from '@eventstream/mock-broker/vitest';
 * import { expect } from 'vitest';
 *
 * const test = brokerTest({ scope: 'file', broker: { nodes: 3, topics: [{ name: 'orders' }] } });
 *
 * test('begins empty', async ({ broker }) => {
 *   expect(await broker.topic('orders').records()).toEqual([]);
 * });
 * test('is the same broker', ({ broker }) => {
 *   expect(broker.requests()).toEqual([]);
 * });
 * ```
 */
export function brokerTest({ scope = 'test', broker: options = {} }: BrokerTestOptions = {}): TestAPI<BrokerFixtures> {
  if (scope === 'test') {
    return base.extend<BrokerFixtures>({
      brokerOptions: [options, { injected: false }],
      broker: async ({ brokerOptions }, use) => {
        await using broker = await startMockBroker(brokerOptions);
        await use(broker);
        failOnUnused(broker);
      },
    });
  }
  return base
    .extend('brokerOptions', { scope: 'file' }, options)
    .extend('shared', { scope: 'file' }, async ({ brokerOptions }, { onCleanup }) => {
      const broker = await startMockBroker(brokerOptions);
      onCleanup(() => broker.close());
      return broker;
    })
    .extend('broker', async ({ shared }, { onCleanup }) => {
      // Each test answers for its own faults, so that the one that placed them fails and not the file.
      onCleanup(() => failOnUnused(shared));
      return shared;
    }) as unknown as TestAPI<BrokerFixtures>;
}

/**
 * vitest's `test` with a `broker` per test.
 *
 * A fault the test placed and nothing ran into fails the test: either the code under test never came that way, or the
 * rule is wrong. `broker.faults.clear()` says it is meant. For one broker per file see {@link brokerTest}.
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
export const test: TestAPI<BrokerFixtures> = brokerTest();

/** Takes back what was not used, so that the next test is not blamed for it. */
function failOnUnused({ faults }: MockBroker): void {
  const unused = faults.unused();
  if (unused.length === 0) return;
  faults.clear();
  throw new MockBrokerError(
    'UNUSED_FAULTS',
    `Faults were placed and not used up:\n${unusedTable(unused)}\nDrive the code past them, or call broker.faults.clear().`,
    { count: unused.length },
  );
}
