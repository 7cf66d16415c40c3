import type { Bytes, EventstreamError, Header, Outcome } from '@eventstream/core';
import { BatchBytes } from './batch-bytes.ts';

/** Where a batch is stored. */
export type Stored = {
  /** Of the first record; -1 when the broker does not say. */
  readonly offset: number;
  /** What the broker gave all records, where the topic says LogAppendTime; else -1. */
  readonly logAppendTime: number;
};

/** A record as the port hands it over. */
export type Append = {
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly Header[];
  readonly timestamp: number;
  readonly outcome: Outcome<unknown> | undefined;
};

type Resolve = (receipt: unknown) => void;
type Reject = (error: Error) => void;

/** The records of one partition that travel together, and the receipts that wait for them. */
export class Batch {
  readonly topic: string;
  readonly partition: number;
  /** On the clock's `elapsed`: no receipt is kept waiting longer. */
  readonly deadline: number;
  readonly openedAt: number;
  readonly content: BatchBytes;
  /** Payload bytes, which count against the bound of unacknowledged bytes. */
  bytes = 0;
  /** No record is added any more. */
  sealed = false;
  /** Old enough to be sent although there is room. */
  due = false;
  attempts = 0;
  /** A request with the batch was sent and not answered: it may be stored. */
  maybeStored = false;
  /** Of the first record, once it was given. */
  sequence = -1;
  state: 'waiting' | 'flying' | 'stored' | 'rejected' = 'waiting';
  lastFailure: { readonly code: string; readonly message: string; readonly cause?: unknown } | undefined;
  stored: Stored | undefined;
  readonly #timestamps: number[] = [];
  readonly #resolves: Resolve[] = [];
  readonly #rejects: Reject[] = [];
  readonly #outcomes: (Outcome<unknown> | undefined)[] = [];
  readonly #executor = (resolve: Resolve, reject: Reject): void => {
    this.#resolves.push(resolve);
    this.#rejects.push(reject);
  };

  constructor(
    topic: string,
    partition: number,
    { slab, now, deadline }: { slab: Buffer; now: number; deadline: number },
  ) {
    this.topic = topic;
    this.partition = partition;
    this.openedAt = now;
    this.deadline = deadline;
    this.content = new BatchBytes(slab);
  }

  get records(): number {
    return this.content.count;
  }

  /** Whether every receipt has its answer. */
  get settled(): boolean {
    return this.state === 'rejected' || (this.state === 'stored' && this.#resolves.length === 0);
  }

  /** Takes a record in, for which there is room. */
  append({ key, value, headers, timestamp, outcome }: Append): Promise<unknown> {
    const before = this.content.size;
    const time = Math.trunc(timestamp);
    this.content.append(key, value, headers, time);
    this.bytes += this.content.size - before;
    this.#timestamps.push(time);
    this.#outcomes.push(outcome);
    return new Promise(this.#executor);
  }

  /** Lets every receipt have its place in the log. */
  resolve(): void {
    const { offset, logAppendTime } = this.stored as Stored;
    const { partition, attempts } = this;
    const resolves = this.#resolves.splice(0);
    const outcomes = this.#outcomes.splice(0);
    this.#rejects.length = 0;
    for (let index = 0; index < resolves.length; index += 1) {
      const timestamp = logAppendTime >= 0 ? logAppendTime : (this.#timestamps[index] as number);
      const appended = { partition, offset: offset < 0 ? -1 : offset + index, timestamp, attempts };
      const outcome = outcomes[index];
      resolves[index]?.(outcome === undefined ? appended : outcome.stored(appended));
    }
  }

  /** Rejects every receipt. */
  reject(error: EventstreamError): void {
    this.state = 'rejected';
    this.#resolves.length = 0;
    const outcomes = this.#outcomes.splice(0);
    for (const [index, reject] of this.#rejects.splice(0).entries()) reject(outcomes[index]?.failed(error) ?? error);
  }

  /** Moves the receipt of one record to another batch, which has taken the record in. */
  handOver(index: number, to: Batch): void {
    to.#timestamps.push(this.#timestamps[index] as number);
    to.#resolves.push(this.#resolves[index] as Resolve);
    to.#rejects.push(this.#rejects[index] as Reject);
    to.#outcomes.push(this.#outcomes[index]);
  }
}
