import { EventstreamError, type PartitionOffset, type TopicPartition } from '@eventstream/core';
import { OwnedPartition } from './owned-partition.ts';
import type { Settings } from './settings.ts';

/** The partitions this member owns now. */
export class Ownership {
  readonly #settings: Pick<Settings, 'order' | 'clock'>;
  readonly #byTopic = new Map<string, Map<number, OwnedPartition>>();

  constructor(settings: Pick<Settings, 'order' | 'clock'>) {
    this.#settings = settings;
  }

  get all(): readonly OwnedPartition[] {
    return [...this.#byTopic.values()].flatMap((partitions) => [...partitions.values()]);
  }

  /** Records here that are not settled. */
  get unsettled(): number {
    return this.all.reduce((sum, { unsettled }) => sum + unsettled, 0);
  }

  get positions(): readonly PartitionOffset[] {
    return this.all.flatMap(({ topic, partition, position }) =>
      position === null ? [] : [{ topic, partition, offset: position }],
    );
  }

  find({ topic, partition }: TopicPartition): OwnedPartition | undefined {
    return this.#byTopic.get(topic)?.get(partition);
  }

  assign(partitions: readonly TopicPartition[], epoch: number): void {
    for (const at of partitions) {
      const kept = this.find(at);
      if (kept === undefined) {
        const owned = this.#byTopic.get(at.topic) ?? new Map<number, OwnedPartition>();
        this.#byTopic.set(at.topic, owned.set(at.partition, new OwnedPartition(at, epoch, this.#settings)));
      } else {
        // Assigned again without a revocation: a cooperative group left it here, and its work goes on under the new epoch.
        kept.epoch = epoch;
        kept.fenced = false;
      }
    }
  }

  revoke(partitions: readonly TopicPartition[], reason: Error): void {
    for (const at of partitions) {
      this.find(at)?.end(reason);
      this.#byTopic.get(at.topic)?.delete(at.partition);
    }
  }
}

/** The reason of a partition's signal: what happened to the handler's work. */
export function abortReason(operation: string, message: string): EventstreamError<'aborted'> {
  return new EventstreamError('aborted', { message, facts: { operation } });
}
