import { Batch } from './batch.ts';
import type { Wire } from './wire.ts';

/** When a batch takes no more. */
export interface BatchLimits {
  readonly batchBytes: number;
  readonly batchRecords: number;
  readonly deliveryTimeoutMs: number;
}

/** The batches of one partition, oldest first. Only the oldest is ever on its way: that keeps the partition's order. */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** The oldest batch is on its way, or waits for its next attempt. */
  busy = false;
  /** The oldest batch must travel alone, so that its answer is its own. */
  alone = false;
  /** Failures of the oldest batch in a row. */
  failures = 0;
  /** Through which the oldest batch is sent; the same one on every attempt, since the broker knows repeats by it. */
  wire: Wire | undefined;
  readonly #batches: Batch[] = [];

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get head(): Batch | undefined {
    return this.#batches[0];
  }

  get tail(): Batch | undefined {
    return this.#batches.at(-1);
  }

  /** The batch that takes a record of `size` bytes now. */
  open(size: number, now: number, limits: BatchLimits): Batch {
    const tail = this.tail;
    if (tail !== undefined && !tail.sealed) {
      if (tail.bytes + size <= limits.batchBytes && tail.records < limits.batchRecords) return tail;
      tail.sealed = true;
      tail.due = true;
    }
    const batch = new Batch(this.topic, this.partition, now + limits.deliveryTimeoutMs);
    this.#batches.push(batch);
    return batch;
  }

  /** Lets go of the oldest batch: it is settled. */
  shift(): void {
    this.#batches.shift();
    this.busy = false;
    this.alone = false;
    this.failures = 0;
    this.wire = undefined;
  }

  /** Puts two halves where the oldest batch stood. */
  splitHead(): void {
    const head = this.head;
    if (head !== undefined) this.#batches.splice(0, 1, ...head.split());
  }

  /** Every batch that waits, oldest first. */
  all(): readonly Batch[] {
    return this.#batches;
  }
}
