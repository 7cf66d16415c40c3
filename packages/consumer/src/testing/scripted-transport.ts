import {
  type EventstreamError,
  MomentHub,
  type PartitionOffset,
  type RecordBatch,
  type RecordView,
  type SubscriptionRequest,
  type TopicPartition,
  type Transport,
} from '@eventstream/core';
import { placed } from './shop.ts';

const utf8 = new TextEncoder();

/** A record of a placed order as a driver would view it. */
export function view(offset: number, orderId = `o-${offset}`, key: string | null = orderId): RecordView {
  const { value, headers } = placed(orderId);
  const record = {
    offset,
    timestamp: 500,
    key: key === null ? null : utf8.encode(key),
    value: typeof value === 'string' ? utf8.encode(value) : value,
    headers: headers.map(([name, text]) => [name, utf8.encode(String(text))] as const),
  };
  return { ...record, copy: () => view(offset, orderId, key) };
}

/** A driver that does what the test says: for what the memory cluster never does, such as gaps, late answers and fencing. */
export function scriptedTransport() {
  const commits: { readonly offsets: readonly PartitionOffset[]; readonly epoch: number }[] = [];
  const calls: string[] = [];
  const answers: (() => Promise<void>)[] = [];
  let request: SubscriptionRequest | undefined;
  let subscribed: Promise<void> = Promise.resolve();

  const subscription = {
    pause: ({ partition }: TopicPartition) => void calls.push(`pause ${partition}`),
    resume: ({ partition }: TopicPartition) => void calls.push(`resume ${partition}`),
    seek: () => undefined,
    async commit(offsets: readonly PartitionOffset[], epoch: number) {
      commits.push({ offsets, epoch });
      await answers.shift()?.();
    },
    close: async () => void calls.push('leave'),
  };
  const transport: Transport = {
    name: 'scripted',
    capabilities: { idempotent: false, revokesBeforeReassign: false, durable: false },
    moments: new MomentHub(),
    full: false,
    connect: async () => void calls.push('connect'),
    close: async () => {
      calls.push('close');
      return { unsent: 0 };
    },
    topic: () => Promise.reject(new Error('no topic')),
    flush: async () => undefined,
    drained: async () => undefined,
    async subscribe(asked) {
      request = asked;
      await subscribed;
      return subscription;
    },
  };
  return {
    transport,
    commits,
    calls,
    /** The driver's callbacks. */
    get driver(): SubscriptionRequest {
      if (request === undefined) throw new Error('nobody subscribed yet');
      return request;
    },
    /** What the next commits answer, in order; otherwise they succeed. */
    answerCommit: (answer: () => Promise<void>) => void answers.push(answer),
    refuseCommit: (error: EventstreamError) => void answers.push(() => Promise.reject(error)),
    holdSubscribe(until: Promise<void>) {
      subscribed = until;
    },
    assign(epoch = 1, ...partitions: readonly number[]) {
      const owned = partitions.length === 0 ? [0] : partitions;
      request?.onAssigned(
        owned.map((partition) => ({ topic: 'shop.orders', partition })),
        epoch,
      );
    },
    push(offsets: readonly number[], batch: Partial<RecordBatch> = {}) {
      const nextOffset = (offsets.at(-1) ?? -1) + 1;
      const records = offsets.map((offset) => view(offset));
      const base = { topic: 'shop.orders', partition: 0, epoch: 1, nextOffset, highWatermark: null, records };
      request?.onRecords({ ...base, ...batch });
    },
  };
}
