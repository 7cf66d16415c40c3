import type { PartitionOffset, RecordView, Subscription, TopicPartition } from '@eventstream/core';
import type { ConformanceTransport } from './backend.ts';

/** A record that has arrived, with bytes of its own. */
export type Arrived = RecordView & TopicPartition;

/** Resolves when `condition` holds, looking again after every change; rejects with `explain()` when time is up. */
export class Until {
  readonly #waiters = new Set<() => void>();

  changed(): void {
    for (const waiter of this.#waiters) waiter();
  }

  wait(condition: () => boolean, timeoutMs: number, explain: () => string): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        settle();
      };
      const check = () => condition() && finish(resolve);
      const timer = setTimeout(() => finish(() => reject(new Error(`after ${timeoutMs} ms: ${explain()}`))), timeoutMs);
      this.#waiters.add(check);
    });
  }
}

/** A bare member of a group on the port: everything it was told, in order. */
export interface Member {
  readonly records: readonly Arrived[];
  /** Partitions owned now. */
  readonly owned: readonly TopicPartition[];
  readonly epoch: number;
  readonly subscription: Subscription;
  until(condition: () => boolean, explain?: () => string): Promise<void>;
  commit(offsets: readonly PartitionOffset[]): Promise<void>;
}

/** Joins a group on a connected transport and keeps what arrives. */
export async function joinGroup(
  transport: ConformanceTransport,
  request: { readonly group: string; readonly topics: readonly string[]; readonly patienceMs: number },
): Promise<Member> {
  const { group, topics, patienceMs } = request;
  const state = { records: [] as Arrived[], owned: [] as TopicPartition[], epoch: 0 };
  const until = new Until();
  const subscription = await transport.subscribe({
    group,
    topics,
    startFrom: 'earliest',
    onAssigned(partitions, epoch) {
      state.owned = [...partitions];
      state.epoch = epoch;
      until.changed();
    },
    onRevoked() {
      state.owned = [];
      until.changed();
    },
    onRecords({ topic, partition, records }) {
      for (const record of records) state.records.push(Object.assign(record.copy(), { topic, partition }));
      until.changed();
    },
    onError: () => undefined,
  });
  return {
    get records() {
      return state.records;
    },
    get owned() {
      return state.owned;
    },
    get epoch() {
      return state.epoch;
    },
    subscription,
    until: (condition, explain = () => `${state.records.length} records, ${state.owned.length} partitions owned`) =>
      until.wait(condition, patienceMs, explain),
    commit: (offsets) => subscription.commit(offsets, state.epoch),
  };
}

const utf8 = new TextDecoder();

/** UTF-8 text of bytes; the empty string for none. */
export function text(bytes: Uint8Array | null): string {
  return bytes === null ? '' : utf8.decode(bytes);
}
