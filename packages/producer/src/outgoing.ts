import type { Header, Sending } from '@eventstream/core';
import type { Receipt } from './options.ts';

/** The moment's object while the producer still fills it in: partition and size are not known from the start. */
export type OpenSending = { -readonly [Field in keyof Sending]: Sending[Field] };

/** What an {@link Outgoing} is made of. */
export interface OutgoingInit {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly key: string | null;
  value: string | Uint8Array;
  headers: readonly Header[];
  readonly time: number;
  readonly startedAt: number;
  /** −1 while the topic's partitions are not known. */
  readonly partition: number;
  readonly sending: OpenSending | undefined;
}

const none: readonly Header[] = [];

/** One event between `send` and its receipt: its bytes, its promise, and no timer or listener of its own. */
export class Outgoing {
  readonly event: OutgoingInit;
  readonly promise: Promise<Receipt>;
  #resolve!: (receipt: Receipt) => void;
  #reject!: (error: Error) => void;
  partition: number;
  /** Rises by one with every event the producer takes on. */
  sequence = 0;
  /** In the waiting room: not yet handed to the transport. */
  waiting = false;
  settled = false;

  constructor(event: OutgoingInit) {
    this.event = event;
    this.partition = event.partition;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** UTF-16 units of a string: the memory it holds, near enough for a bound. */
  get size(): number {
    return this.event.value.length + (this.event.key?.length ?? 0);
  }

  /** The driver has the bytes: from here to the receipt they would only be memory that the collector carries around. */
  handedOver(): void {
    this.event.value = '';
    this.event.headers = none;
  }

  placeOn(partition: number): void {
    this.partition = partition;
    if (this.event.sending !== undefined) this.event.sending.partition = partition;
  }

  resolve(receipt: Receipt): void {
    this.settled = true;
    this.#resolve(receipt);
  }

  reject(error: Error): void {
    this.settled = true;
    this.#reject(error);
  }
}
