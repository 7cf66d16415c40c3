import type { MomentHub, MomentName, Subscription } from '@eventstream/core';
import type { OwnedPartition } from './owned-partition.ts';
import type { Settings } from './settings.ts';

type Bounds = Pick<Settings, 'group' | 'highWater' | 'lowWater' | 'maxAhead' | 'maxBytes'>;

/** Pauses partitions that have too much unsettled and resumes them. What was pushed is always taken. */
export class Flow {
  readonly #bounds: Bounds;
  readonly #moments: MomentHub;
  #subscription: Subscription | null = null;
  #stopped = false;

  constructor(bounds: Bounds, moments: MomentHub) {
    this.#bounds = bounds;
    this.#moments = moments;
  }

  /** Records may come before the driver's `subscribe` has resolved: partitions that filled up meanwhile are paused now. */
  start(subscription: Subscription, owned: readonly OwnedPartition[]): void {
    this.#subscription = subscription;
    for (const owner of owned) if (owner.paused) subscription.pause(owner);
  }

  /** The consumer drains: what would still come would not be handled. */
  stop(owned: readonly OwnedPartition[]): void {
    for (const owner of owned) this.#subscription?.pause(owner);
    this.#stopped = true;
  }

  grew(owner: OwnedPartition): void {
    const { highWater, maxAhead, maxBytes } = this.#bounds;
    if (owner.paused || (owner.unsettled < highWater && owner.ahead < maxAhead && owner.bytes < maxBytes)) return;
    owner.paused = true;
    this.#subscription?.pause(owner);
    this.#tell('consumer.paused', owner);
  }

  shrank(owner: OwnedPartition): void {
    if (!owner.paused || this.#stopped) return;
    const { lowWater, maxAhead, maxBytes } = this.#bounds;
    if (owner.unsettled > lowWater || owner.ahead > maxAhead / 2 || owner.bytes > maxBytes / 2) return;
    owner.paused = false;
    this.#subscription?.resume(owner);
    this.#tell('consumer.resumed', owner);
  }

  #tell(name: Extract<MomentName, 'consumer.paused' | 'consumer.resumed'>, owner: OwnedPartition): void {
    if (!this.#moments.wants(name)) return;
    const { topic, partition, unsettled } = owner;
    this.#moments.publish(name, { group: this.#bounds.group, topic, partition, unsettled });
  }
}
