import {
  type Appended,
  type Bytes,
  EventstreamError,
  type Header,
  MomentHub,
  outcomeOf,
  type TopicWriter,
  type Transport,
  type TransportCloseReport,
  type WaitOptions,
} from '@eventstream/core';

/** What was appended, and the power to settle it. */
export interface StubAppend {
  readonly topic: string;
  readonly partition: number;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
  acknowledge(): void;
  reject(error: unknown): void;
}

/** A transport every answer of which is decided by the test. */
export class StubTransport implements Transport {
  readonly name = 'stub';
  readonly capabilities = { idempotent: true, revokesBeforeReassign: true, durable: true };
  readonly moments = new MomentHub();
  readonly appends: StubAppend[] = [];
  full = false;
  connects = 0;
  closes = 0;
  flushes = 0;
  partitions = 3;
  onConnect: (options: WaitOptions) => Promise<void> = () => Promise.resolve();
  onTopic: () => Promise<void> = () => Promise.resolve();
  #drained: (() => void)[] = [];

  async connect(options: WaitOptions = {}): Promise<void> {
    this.connects += 1;
    await this.onConnect(options);
  }

  async close(): Promise<TransportCloseReport> {
    this.closes += 1;
    const open = this.appends.splice(0);
    const message = 'The stub transport is closed.';
    for (const append of open)
      append.reject(new EventstreamError('transport-closed', { message, facts: { transport: 'stub' } }));
    return { unsent: open.length };
  }

  async topic(topic: string): Promise<TopicWriter> {
    await this.onTopic();
    return {
      topic,
      partitions: this.partitions,
      append: (partition, key, value, headers, timestamp, outcome) => {
        const appended = new Promise<Appended>((resolve, reject) => {
          const acknowledge = () => resolve({ partition, offset: 7, timestamp, attempts: 1 });
          this.appends.push({ topic, partition, key, value, headers, timestamp, acknowledge, reject });
        });
        return outcomeOf(appended, outcome);
      },
    };
  }

  async flush(): Promise<void> {
    this.flushes += 1;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
    });
  }

  /** Ends fullness and tells those who wait. */
  drain(): void {
    this.full = false;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  subscribe(): Promise<never> {
    return Promise.reject(new Error('the producer does not subscribe'));
  }

  /** The values in the order in which they were appended. */
  get values(): readonly unknown[] {
    return this.appends.map(({ value }) => JSON.parse(String(value)) as unknown);
  }
}

/** Lets every queued promise reaction run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
