import type { Appended, Header, Outcome, Sending } from '@eventstream/core';
import type { Receipt } from './options.ts';

/** The moment's object while the producer still fills it in: partition and size are not known from the start. */
export type OpenSending = { -readonly [Field in keyof Sending]: Sending[Field] };

/** The bytes of an event. */
export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: string | Uint8Array;
  readonly headers: readonly Header[];
  readonly time: number;
}

/** What an {@link Outgoing} is made of. */
export interface OutgoingInit {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly record: OutgoingRecord;
  readonly startedAt: number;
  /** −1 while the topic's partitions are not known. */
  readonly partition: number;
  readonly sending: OpenSending | undefined;
}

/** Settles an event in the books. */
export interface Settler {
  succeed(outgoing: Outgoing, appended: Appended): Receipt;
  fail(outgoing: Outgoing, error: unknown): Error;
}

/**
 * One event between `send` and its receipt. The driver's promise is its promise: this is all that is kept of it besides, and what
 * is kept is what an event costs. One that waits, or has a deadline, gets a promise of its own.
 */
export class Outgoing implements Outcome<Receipt> {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly startedAt: number;
  readonly sending: OpenSending | undefined;
  partition: number;
  /** Nothing once the driver has it: from there to the receipt it would only be memory that the collector carries around. */
  record: OutgoingRecord | undefined;
  /** Rises by one with every event the producer takes on. */
  sequence = 0;
  /** Its neighbours among the events without an outcome. */
  older: Outgoing | undefined = undefined;
  newer: Outgoing | undefined = undefined;
  /** In the waiting room: not yet handed to the transport. */
  waiting = false;
  settled = false;
  readonly #settler: Settler;
  #own: OwnPromise | undefined = undefined;

  constructor({ id, type, topic, startedAt, sending, partition, record }: OutgoingInit, settler: Settler) {
    this.id = id;
    this.type = type;
    this.topic = topic;
    this.startedAt = startedAt;
    this.sending = sending;
    this.partition = partition;
    this.record = record;
    this.#settler = settler;
  }

  /** UTF-16 units of a string: the memory it holds, near enough for a bound. */
  get size(): number {
    return this.record === undefined ? 0 : this.record.value.length + (this.record.key?.length ?? 0);
  }

  /** A promise that can be settled before the driver does, or without it. */
  get promise(): Promise<Receipt> {
    this.#own ??= new OwnPromise();
    return this.#own.promise;
  }

  placeOn(partition: number): void {
    this.partition = partition;
    if (this.sending !== undefined) this.sending.partition = partition;
  }

  stored(appended: Appended): Receipt {
    const receipt = this.#settler.succeed(this, appended);
    this.#own?.resolve(receipt);
    return receipt;
  }

  failed(error: unknown): Error {
    const failure = this.#settler.fail(this, error);
    this.#own?.reject(failure);
    return failure;
  }
}

class OwnPromise {
  readonly promise: Promise<Receipt>;
  resolve!: (receipt: Receipt) => void;
  reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
