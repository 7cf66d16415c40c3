import type { Handling, RecordView } from '@eventstream/core';
import type { ReceivedEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { OwnedPartition } from './owned-partition.ts';

const utf8 = new TextDecoder();

/** What an entry is made of. */
export interface EntryInit {
  readonly owner: OwnedPartition;
  readonly record: RecordView;
  readonly slot: number;
}

/** One record on its way through its lane. */
export class Entry {
  readonly owner: OwnedPartition;
  /** Its place in the partition's watermark. */
  readonly slot: number;
  readonly offset: number;
  readonly key: string | null;
  readonly bytes: number;
  /** Without a value: there is nothing to handle. */
  readonly isTombstone: boolean;
  /** The one behind it in its lane. */
  next: Entry | null = null;
  attempts = 0;
  /** Failed appends of its dead letter. */
  failedAppends = 0;
  startedAt = 0;
  firstFailedAt: number | null = null;
  event: ReceivedEvent | null = null;
  handling: Handling | null = null;
  /** Set once it is to become a dead letter. */
  failure: Failure | null = null;
  #record: RecordView;
  #kept = false;

  constructor({ owner, record, slot }: EntryInit) {
    this.owner = owner;
    this.slot = slot;
    this.offset = record.offset;
    // A driver finds key and value each time it is asked.
    const { key, value } = record;
    this.key = key === null ? null : utf8.decode(key);
    this.bytes = (key?.length ?? 0) + (value?.length ?? 0);
    this.isTombstone = value === null;
    this.#record = record;
  }

  get record(): RecordView {
    return this.#record;
  }

  /** Whether its bytes are its own. */
  get kept(): boolean {
    return this.#kept;
  }

  /**
   * Settled: lets go of the event. An entry that has waited its turn is old to the garbage collector, which keeps whatever an old
   * object points to, though it be dead, through all the quick collections.
   */
  letGo(): void {
    this.event = null;
    this.handling = null;
  }

  /** Lets go of the fetched buffer: a record that waits long must not pin the megabyte it came in. */
  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    this.#record = this.#record.copy();
    if (this.event !== null) this.event = { ...this.event, headers: this.#record.headers };
  }
}
