import { EventstreamError } from '../errors.ts';
import { MomentHub } from '../moments.ts';
import { outcomeOf } from '../outcome.ts';
import type {
  Appended,
  Bytes,
  Header,
  NewTopic,
  OffsetLookup,
  PartitionOffset,
  Subscription,
  SubscriptionRequest,
  TopicAdmin,
  TopicPartition,
  TopicWriter,
  Transport,
  TransportCapabilities,
  TransportCloseReport,
} from '../transport.ts';
import { type WaitOptions, waitFor } from '../wait.ts';
import type { MemoryState, MemoryTransportOptions } from './memory-cluster.ts';
import type { MemoryAppend } from './memory-log.ts';
import { MemorySubscription } from './memory-subscription.ts';

const defaultCloseMs = 10_000;

function bytesOf(key: Bytes, value: Bytes, headers: readonly Header[]): number {
  return headers.reduce(
    (sum, [name, part]) => sum + name.length + (part?.length ?? 0),
    (key?.length ?? 0) + (value?.length ?? 0),
  );
}

interface Pending {
  readonly at: TopicPartition;
  readonly record: MemoryAppend;
  readonly bytes: number;
  resolve(appended: Appended): void;
  reject(error: EventstreamError): void;
}

/** The memory driver. Records wait for the end of the turn, as a driver with linger 0 does, and are then stored in order. */
export class MemoryTransport implements Transport, TopicAdmin, OffsetLookup {
  readonly name = 'memory';
  readonly capabilities: TransportCapabilities = { idempotent: true, revokesBeforeReassign: true, durable: false };
  readonly moments = new MomentHub();
  readonly #state: MemoryState;
  readonly #bufferBytes: number;
  readonly #recordBytes: number;
  readonly #subscriptions = new Set<MemorySubscription>();
  #owners = 0;
  #closed = false;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #draining: Promise<void> | undefined;

  constructor(state: MemoryState, { bufferBytes = 32 * 1024 ** 2, recordBytes = 1024 ** 2 }: MemoryTransportOptions) {
    this.#state = state;
    this.#bufferBytes = bufferBytes;
    this.#recordBytes = recordBytes;
  }

  get full(): boolean {
    return this.#pendingBytes >= this.#bufferBytes;
  }

  async connect(options: WaitOptions = {}): Promise<void> {
    await waitFor(Promise.resolve(), { operation: 'connect', ...options });
    this.#owners += 1;
    this.#closed = false;
    if (this.#owners === 1) this.moments.publish('transport.connected', { transport: this.name });
  }

  async close({ timeoutMs = defaultCloseMs, ...options }: WaitOptions = {}): Promise<TransportCloseReport> {
    this.#owners = Math.max(0, this.#owners - 1);
    if (this.#owners > 0 || this.#closed) return { unsent: 0 };
    await this.flush({ timeoutMs, ...options }).catch(() => undefined);
    this.#closed = true;
    const unsent = this.#pending.splice(0);
    this.#pendingBytes = 0;
    for (const pending of unsent) pending.reject(this.#closedError());
    for (const subscription of this.#subscriptions) await subscription.close();
    this.moments.publish('transport.disconnected', { transport: this.name, reason: 'closed' });
    return { unsent: unsent.length };
  }

  async topic(name: string): Promise<TopicWriter> {
    this.#assertOpen();
    this.#state.logs(name);
    const state = this.#state;
    return {
      topic: name,
      get partitions() {
        return state.logs(name).length;
      },
      append: (partition, key, value, headers, timestamp, outcome) =>
        outcomeOf(this.#append({ topic: name, partition }, { key, value, headers, timestamp }), outcome),
    };
  }

  #append(at: TopicPartition, record: MemoryAppend): Promise<Appended> {
    const refusal = this.#refusal(at, record);
    if (refusal !== undefined) return Promise.reject(refusal);
    const bytes = bytesOf(record.key, record.value, record.headers);
    this.#pendingBytes += bytes;
    const headers = record.headers.map(([name, part]) => [name, own(part)] as const);
    const copied = { ...record, key: own(record.key), value: own(record.value), headers };
    return new Promise((resolve, reject) => {
      this.#pending.push({ at, record: copied, bytes, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  #refusal(at: TopicPartition, { key, value, headers }: MemoryAppend): EventstreamError | undefined {
    if (this.#closed) return this.#closedError();
    if (this.full) {
      const facts = { bytes: this.#pendingBytes, limit: this.#bufferBytes };
      return new EventstreamError('buffer-full', {
        message: `${facts.bytes} bytes wait for the broker, the bound is ${facts.limit}. Await drained() and append again.`,
        facts,
      });
    }
    const bytes = bytesOf(key, value, headers);
    if (bytes > this.#recordBytes) {
      const facts = { topic: at.topic, bytes, limit: this.#recordBytes };
      return new EventstreamError('record-too-large', {
        message: `A record of ${bytes} bytes for "${at.topic}" is over the limit of ${facts.limit}. Make it smaller.`,
        facts,
      });
    }
    const partitions = this.#state.logs(at.topic).length;
    if (at.partition >= 0 && at.partition < partitions) return undefined;
    return new EventstreamError('partition-missing', {
      message: `Topic "${at.topic}" has ${partitions} partitions; ${at.partition} is not one of them.`,
      facts: at,
    });
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#pending.length > 0) {
      while (this.#state.held !== undefined) await this.#state.held;
      const batch = this.#pending.splice(0);
      for (const pending of batch) this.#store(pending);
      for (const notify of this.#state.appended) notify();
      await Promise.resolve();
    }
    this.#draining = undefined;
  }

  #store({ at, record, bytes, resolve, reject }: Pending): void {
    this.#pendingBytes -= bytes;
    const error = this.#state.refuse?.(at);
    const log = this.#state.logs(at.topic)[at.partition];
    if (error !== undefined || log === undefined) reject(error ?? this.#closedError());
    else resolve({ partition: at.partition, offset: log.append(record), timestamp: record.timestamp, attempts: 1 });
  }

  async flush(options: WaitOptions = {}): Promise<void> {
    await waitFor(this.#draining ?? Promise.resolve(), { operation: 'flush', ...options });
  }

  drained(options: WaitOptions = {}): Promise<void> {
    return this.full ? this.flush(options) : Promise.resolve();
  }

  async subscribe(request: SubscriptionRequest): Promise<Subscription> {
    this.#assertOpen();
    for (const topic of request.topics) this.#state.logs(topic);
    const subscription = new MemorySubscription(this.#state, request, () => this.#subscriptions.delete(subscription));
    this.#subscriptions.add(subscription);
    subscription.start();
    return subscription;
  }

  async createTopics(topics: readonly NewTopic[]): Promise<readonly string[]> {
    const missing = topics.filter(({ topic }) => !this.#state.topics.has(topic));
    for (const { topic, partitions = 1 } of missing) this.#state.create(topic, partitions);
    return missing.map(({ topic }) => topic);
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      if (!this.#state.topics.delete(topic)) {
        throw new EventstreamError('topic-missing', {
          message: `Topic "${topic}" does not exist; it cannot be deleted.`,
          facts: { topic },
        });
      }
    }
  }

  async offsets(
    topic: string,
  ): Promise<readonly (TopicPartition & { readonly first: number; readonly next: number })[]> {
    return this.#state.logs(topic).map((log, partition) => ({ topic, partition, first: 0, next: log.records.length }));
  }

  async committed(group: string, topic: string): Promise<readonly PartitionOffset[]> {
    return this.#state.logs(topic).flatMap((_log, partition) => {
      const offset = this.#state.groups.get(group)?.committed({ topic, partition });
      return offset === undefined ? [] : [{ topic, partition, offset }];
    });
  }

  #assertOpen(): void {
    if (this.#closed || this.#owners === 0) throw this.#closedError();
  }

  #closedError(): EventstreamError<'transport-closed'> {
    return new EventstreamError('transport-closed', {
      message: 'The memory transport is not connected. Call connect() first.',
      facts: { transport: this.name },
    });
  }
}

/** The caller may reuse its buffer as soon as append returns. */
function own(value: Bytes): Bytes {
  return value instanceof Uint8Array ? value.slice() : value;
}
