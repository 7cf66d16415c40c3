import type { EventstreamError, TopicWriter } from '@eventstream/core';
import { asEventstreamError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { Outgoing } from './outgoing.ts';
import type { Partitioner } from './partitioner.ts';

/** What a lane needs from the producer. */
export interface LaneContext {
  readonly partitioner: Partitioner;
  open(topic: string): Promise<TopicWriter>;
  /** The lane's writer is known: its events may go on, in this order. */
  onOpened(lane: TopicLane, waiting: readonly Outgoing[]): void;
  onFailed(waiting: readonly Outgoing[], error: EventstreamError): void;
}

/** One topic: its writer once known, the events that wait for it, and the partition of events without a key. */
export class TopicLane {
  readonly topic: string;
  readonly #context: LaneContext;
  readonly #waiting = new Fifo<Outgoing>();
  #writer: TopicWriter | undefined;
  #opening = false;
  #keyless = 0;
  #movesOn = false;

  constructor(topic: string, context: LaneContext) {
    this.topic = topic;
    this.#context = context;
  }

  get writer(): TopicWriter | undefined {
    return this.#writer;
  }

  /** The partition for a key, or −1 while the topic's partitions are not known. */
  partitionFor(key: string | null): number {
    if (this.#writer === undefined) return -1;
    const { partitions } = this.#writer;
    return this.#context.partitioner(key, partitions, this.topic) ?? this.#keylessPartition(partitions);
  }

  /** Puts an event behind those that wait for the topic, and asks for the topic unless that is under way. */
  waitForTopic(outgoing: Outgoing): void {
    this.#waiting.push(outgoing);
    if (!this.#opening) void this.#open();
  }

  /** The events that still wait for the topic; they are no longer the lane's. */
  takeWaiting(): readonly Outgoing[] {
    return this.#waiting.takeAll();
  }

  async #open(): Promise<void> {
    this.#opening = true;
    try {
      this.#writer = await this.#context.open(this.topic);
      this.#context.onOpened(this, this.takeWaiting());
    } catch (error) {
      this.#context.onFailed(this.takeWaiting(), asEventstreamError(error, `opening topic "${this.topic}"`));
    } finally {
      this.#opening = false;
    }
  }

  /** One partition for a whole turn, so that its events share a batch; the next turn takes the next partition. */
  #keylessPartition(partitions: number): number {
    if (!this.#movesOn) {
      this.#movesOn = true;
      queueMicrotask(() => {
        this.#movesOn = false;
        this.#keyless += 1;
      });
    }
    return this.#keyless % partitions;
  }
}
