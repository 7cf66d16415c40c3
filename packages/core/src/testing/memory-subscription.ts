import { EventstreamError } from '../errors.ts';
import type { PartitionOffset, Subscription, SubscriptionRequest, TopicPartition } from '../transport.ts';
import type { MemoryState } from './memory-cluster.ts';
import type { MemoryGroup, MemoryMember } from './memory-group.ts';

const batchRecords = 500;

interface Position extends TopicPartition {
  next: number;
  paused: boolean;
}

/** One member of a group in memory. Pushes in microtasks: never from inside a call of its owner. */
export class MemorySubscription implements Subscription, MemoryMember {
  readonly topics: readonly string[];
  readonly #state: MemoryState;
  readonly #group: MemoryGroup;
  readonly #request: SubscriptionRequest;
  readonly #onClose: () => void;
  readonly #wake = () => this.#schedule();
  #positions: Position[] = [];
  #epoch = 0;
  #scheduled = false;
  #open = true;

  constructor(state: MemoryState, request: SubscriptionRequest, onClose: () => void) {
    this.#state = state;
    this.#request = request;
    this.#group = state.group(request);
    this.#onClose = onClose;
    this.topics = request.topics;
  }

  start(): void {
    this.#state.appended.add(this.#wake);
    this.#group.join(this);
  }

  assigned(partitions: readonly TopicPartition[], epoch: number): void {
    this.#epoch = epoch;
    this.#positions = partitions.map((at) => ({
      ...at,
      next: this.#group.committed(at) ?? this.#start(at),
      paused: false,
    }));
    this.#request.onAssigned(partitions, epoch);
    this.#schedule();
  }

  revoked(partitions: readonly TopicPartition[], epoch: number): void {
    this.#positions = [];
    this.#request.onRevoked(partitions, epoch);
  }

  #start({ topic, partition }: TopicPartition): number {
    return this.#request.startFrom === 'earliest'
      ? 0
      : (this.#state.topics.get(topic)?.[partition]?.records.length ?? 0);
  }

  #schedule(): void {
    if (this.#scheduled || !this.#open) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const position of this.#positions) this.#push(position);
    });
  }

  #push(position: Position): void {
    const { topic, partition } = position;
    const log = this.#state.topics.get(topic)?.[partition];
    if (
      log === undefined ||
      position.paused ||
      position.next >= log.records.length ||
      !this.#positions.includes(position)
    )
      return;
    const records = log.records.slice(position.next, position.next + batchRecords);
    position.next += records.length;
    this.#request.onRecords({
      topic,
      partition,
      epoch: this.#epoch,
      records,
      nextOffset: position.next,
      highWatermark: log.records.length,
    });
    this.#schedule();
  }

  #position({ topic, partition }: TopicPartition): Position | undefined {
    return this.#positions.find((position) => position.topic === topic && position.partition === partition);
  }

  pause(at: TopicPartition): void {
    const position = this.#position(at);
    if (position !== undefined) position.paused = true;
  }

  resume(at: TopicPartition): void {
    const position = this.#position(at);
    if (position !== undefined) position.paused = false;
    this.#schedule();
  }

  seek(to: PartitionOffset): void {
    const position = this.#position(to);
    if (position !== undefined) position.next = to.offset;
    this.#schedule();
  }

  async commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void> {
    const stale = offsets.find((offset) => !this.#group.owns(this, offset, epoch));
    if (stale !== undefined) {
      const { group } = this.#request;
      const message = `Epoch ${epoch} no longer owns ${stale.topic}/${stale.partition} in group "${group}"; its commit is refused. The new owner will read those records again.`;
      throw new EventstreamError('fenced', { message, facts: { group, epoch } });
    }
    this.#group.commit(offsets);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#state.appended.delete(this.#wake);
    this.#group.leave(this);
    this.#onClose();
  }
}
