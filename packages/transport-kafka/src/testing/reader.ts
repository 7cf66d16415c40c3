import type { EventstreamError, Subscription } from '@eventstream/core';
import type { KafkaTransport } from '../kafka-transport.ts';

/** A member that keeps what it reads, and what it is told. */
export type Reader = {
  readonly subscription: Subscription;
  readonly values: readonly string[];
  readonly offsets: readonly number[];
  readonly errors: readonly EventstreamError[];
  readonly epoch: number;
  /** Resolves when `condition` holds; rejects with what was read when it does not within five seconds. */
  until(condition: (reader: Reader) => boolean): Promise<void>;
};

const patienceMs = 5000;

/** Reads topics in a group of their own, or in a given one. */
export async function startReading(
  transport: KafkaTransport,
  topics: readonly string[],
  group = `readers of ${topics.join()}`,
): Promise<Reader> {
  const state = { values: [] as string[], offsets: [] as number[], errors: [] as EventstreamError[], epoch: 0 };
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const subscription = await transport.subscribe({
    group,
    topics,
    startFrom: 'earliest',
    onAssigned(_, epoch) {
      state.epoch = epoch;
      changed();
    },
    onRevoked: changed,
    onRecords({ records }) {
      for (const { offset, value } of records) {
        state.values.push(Buffer.from(value ?? []).toString());
        state.offsets.push(offset);
      }
      changed();
    },
    onError(error) {
      state.errors.push(error);
      changed();
    },
  });
  const reader: Reader = {
    subscription,
    get values() {
      return state.values;
    },
    get offsets() {
      return state.offsets;
    },
    get errors() {
      return state.errors;
    },
    get epoch() {
      return state.epoch;
    },
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!condition(reader)) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(check);
          reject(new Error(`Still waiting. Read: ${state.values.join(', ')}; told: ${state.errors.join('; ')}.`));
        }, patienceMs);
        watchers.add(check);
        check();
      }),
  };
  return reader;
}
