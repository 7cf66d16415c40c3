import type {
  EventstreamError,
  RecordBatch,
  Subscription,
  SubscriptionRequest,
  TopicPartition,
} from '@eventstream/core';
import { vi } from 'vitest';
import type { KafkajsTransport } from '../src/index.ts';

/** What a member of a group was told, in order. */
export interface GroupMember {
  readonly batches: RecordBatch[];
  /** Values pushed, per partition. */
  values(partition: number): readonly string[];
  /** Every value pushed. */
  all(): readonly string[];
  readonly story: string[];
  readonly errors: EventstreamError[];
  readonly assigned: readonly TopicPartition[];
  readonly epoch: number;
  readonly subscription: Subscription;
}

/** Subscribes to topic `t` as group `g` and records what happens. */
export async function joinGroup(
  transport: KafkajsTransport,
  request: Partial<SubscriptionRequest> = {},
): Promise<GroupMember> {
  const batches: RecordBatch[] = [];
  const story: string[] = [];
  const errors: EventstreamError[] = [];
  let assigned: readonly TopicPartition[] = [];
  let epoch = 0;
  const text = (list: readonly RecordBatch[]) =>
    list.flatMap(({ records }) => records.map(({ value }) => String(value === null ? null : Buffer.from(value))));
  const subscription = await transport.subscribe({
    group: 'g',
    topics: ['t'],
    startFrom: 'earliest',
    onAssigned(partitions, newEpoch) {
      assigned = partitions;
      epoch = newEpoch;
      story.push(`assigned ${newEpoch}`);
    },
    onRevoked(_partitions, oldEpoch) {
      assigned = [];
      story.push(`revoked ${oldEpoch}`);
    },
    onError: (error) => errors.push(error),
    ...request,
    onRecords(batch) {
      batches.push(batch);
      request.onRecords?.(batch);
    },
  });
  return {
    batches,
    story,
    errors,
    subscription,
    values: (partition) => text(batches.filter((batch) => batch.partition === partition)),
    all: () => text(batches),
    get assigned() {
      return assigned;
    },
    get epoch() {
      return epoch;
    },
  };
}

/** Waits until an assertion holds. */
export function until(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 8000, interval: 5 });
}
