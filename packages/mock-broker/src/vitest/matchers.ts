import type { MockBroker } from '../broker.ts';
import type { TopicView } from '../views.ts';

/** A record as a test expects it: its value, or some of what it has. Keys and values are compared as text. */
export type ExpectedRecord =
  | string
  | {
      readonly key?: string | null;
      readonly value?: string | null;
      readonly partition?: number;
      readonly offset?: number;
    };

/** A committed offset as a test expects it. `partition` is 0 by default. */
export type ExpectedOffset = { readonly topic: string; readonly partition?: number; readonly offset: number };

/** What vitest gives a matcher, as far as these need it. */
type Matching = {
  readonly equals: (one: unknown, other: unknown) => boolean;
  readonly utils: { readonly diff: (expected: unknown, received: unknown) => string | undefined | null };
};

type Judgement = { readonly pass: boolean; readonly message: () => string };

/**
 * Matchers of topics and brokers, for vitest's `expect.extend`.
 *
 * `toHaveRecords` compares all records of a topic, partition by partition; `toHaveCommitted` one offset of a group.
 *
 * @example
 * ```ts
 * import { brokerMatchers, test } from '@eventstream/mock-broker/vitest';
 * import { expect } from 'vitest';
 *
 * expect.extend(brokerMatchers);
 *
 * test('nothing is sent twice', async ({ broker }) => {
 *   broker.createTopic({ name: 'orders' });
 *   // … the code under test …
 *   await expect(broker.topic('orders')).toHaveRecords([]);
 *   expect(broker).not.toHaveCommitted('billing', { topic: 'orders', offset: 1 });
 * });
 * ```
 */
export const brokerMatchers = {
  async toHaveRecords(this: Matching, topic: TopicView, expected: readonly ExpectedRecord[]): Promise<Judgement> {
    const stored = await topic.records();
    const wanted = expected.map((one) => (typeof one === 'string' ? { value: one } : one));
    // Only what the test names is compared, so that a difference shows nothing else.
    const found = stored.map(({ key, value, partition, offset }, index) => {
      const whole = { key: key && String(key), value: value && String(value), partition, offset };
      const named = wanted[index];
      return named ? Object.fromEntries(Object.entries(whole).filter(([name]) => name in named)) : whole;
    });
    const pass = this.equals(found, wanted);
    const counts = `Topic "${topic.name}" holds ${stored.length} records, ${wanted.length} were expected`;
    return {
      pass,
      message: () =>
        pass ? `Topic "${topic.name}" was not to hold these records.` : `${counts}.\n${this.utils.diff(wanted, found)}`,
    };
  },

  toHaveCommitted(broker: MockBroker, group: string, { topic, partition = 0, offset }: ExpectedOffset): Judgement {
    const offsets = broker.group(group)?.offsets ?? [];
    const committed = offsets.find((one) => one.topic === topic && one.partition === partition)?.offset;
    const all = offsets.map((one) => `${one.topic}-${one.partition} at ${one.offset}`).join(', ') || 'nothing';
    const groups = broker.groups.join(', ') || 'none';
    const known = broker.group(group) ? `It has committed: ${all}.` : `There is no such group; groups: ${groups}.`;
    const what = `Group "${group}" ${committed === offset ? 'was not to have' : 'has not'} committed ${offset} of ${topic}-${partition}.`;
    return { pass: committed === offset, message: () => `${what} ${known}` };
  },
};

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: vitest declares it so, and both declarations have to agree
  interface Matchers<T = any> {
    /** Whether a topic holds these records and no others. */
    toHaveRecords(expected: readonly ExpectedRecord[]): Promise<T>;
    /** Whether a group has committed this offset. */
    toHaveCommitted(group: string, expected: ExpectedOffset): T;
  }
}
