import type { Connection } from '../network/connection.ts';
import type { Batch } from './batch.ts';

/** How many batches of a partition may be on their way: as many as a broker remembers to recognise repeats (KIP-98). */
const mostFlying = 5;

/** Sequences wrap from 2^31 - 1 to 0. */
const sequenceMask = 0x7fff_ffff;

/** The sequence number so many records on. */
export function nextSequence(sequence: number, records: number): number {
  return (sequence + records) & sequenceMask;
}

/**
 * The batches of one partition that are not settled, in their order, the open one last. After a failure nothing is sent until
 * all that is on its way has come back; then the oldest goes again, alone, until one succeeds. That is the whole of order.
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly batches: Batch[] = [];
  /** Batches on their way. */
  flying = 0;
  /** Over which they travel: two connections would not keep them in order. */
  connection: Connection | undefined;
  /** Failures in a row. */
  failures = 0;
  /** A pause between attempts is running. */
  paused = false;
  producerId = -1n;
  epoch = -1;
  /** What the records travel under is not known to the broker any more: begin a new epoch before sending. */
  stale = false;
  #nextSequence = 0;
  #recovering = false;
  #alone = false;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** The batch that records are appended to, if there is one. */
  get open(): Batch | undefined {
    const last = this.batches.at(-1);
    return last === undefined || last.sealed ? undefined : last;
  }

  /** The batch that may be sent now. */
  next(idempotent: boolean): Batch | undefined {
    if (this.paused || this.flying >= (idempotent && !this.#alone ? mostFlying : 1)) return undefined;
    if (this.stale && this.flying > 0) return undefined;
    if (this.#recovering) {
      if (this.flying > 0) return undefined;
      this.#recovering = false;
      this.#alone = true;
    }
    const batch = this.batches.find(({ state }) => state === 'waiting');
    return batch?.due || batch?.sealed ? batch : undefined;
  }

  /** Whether a batch has none ahead of it that is still to be stored. */
  isFirst(batch: Batch): boolean {
    return this.batches.find(({ state }) => state === 'waiting' || state === 'flying') === batch;
  }

  /** Gives the records of a batch their sequence numbers, unless they have them. */
  number(batch: Batch): void {
    if (batch.sequence >= 0) return;
    batch.sequence = this.#nextSequence;
    this.#nextSequence = nextSequence(batch.sequence, batch.records);
  }

  /** Begins a new epoch: sequences start again, and what waits gets new ones. */
  renumber(producerId: bigint, epoch: number): void {
    this.producerId = producerId;
    this.epoch = epoch;
    this.stale = false;
    this.#nextSequence = 0;
    for (const batch of this.batches) if (batch.state === 'waiting') batch.sequence = -1;
  }

  departed(batch: Batch, connection: Connection): void {
    batch.state = 'flying';
    batch.attempts += 1;
    this.connection = connection;
    this.flying += 1;
  }

  succeeded(): void {
    this.flying -= 1;
    this.failures = 0;
    this.#alone = false;
  }

  failed(): void {
    this.flying -= 1;
    this.#recovering = true;
  }
}
