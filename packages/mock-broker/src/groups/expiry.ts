import type { Clock, Timer } from '../time/clock.ts';
import type { ConfigSet } from '../topics/configs.ts';
import type { GroupCoordinator } from './coordinator.ts';
import type { Group } from './group.ts';
import type { CommittedOffset } from './offsets.ts';
import { subscriptionsOf } from './subscribed.ts';

/** What expires offsets, and when. */
export type ExpiryOptions = {
  readonly groups: GroupCoordinator;
  readonly brokerConfigs: ConfigSet;
  readonly clock: Clock;
};

const MINUTE_MS = 60_000;

/** Forgets committed offsets after `offsets.retention.minutes`, and groups that then have neither members nor offsets. */
export class OffsetExpiry {
  readonly #options: ExpiryOptions;
  #timer: Timer | undefined;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  start(): void {
    const { brokerConfigs, clock } = this.#options;
    this.#timer = clock.schedule(brokerConfigs.number('offsets.retention.check.interval.ms'), () => {
      this.expire();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Looks at all groups now. */
  expire(): void {
    const { brokerConfigs, clock, groups } = this.#options;
    const retentionMs = brokerConfigs.number('offsets.retention.minutes') * MINUTE_MS;
    for (const group of groups.list()) {
      for (const { topic, partition } of expiredOffsets(group, { now: clock.now(), retentionMs })) {
        group.offsets.delete(topic, partition);
      }
      if (group.offsets.isEmpty && group.kind.state === 'Empty' && !group.share) groups.delete(group.id);
    }
  }
}

/**
 * The committed offsets nobody needs any more (KIP-211).
 *
 * Time counts from the moment the last member left. Offsets of topics that nobody in the group subscribes to any more,
 * and those committed without a group, count from their commit; so do those that brought a time of their own.
 */
export function expiredOffsets(group: Group, when: { now: number; retentionMs: number }): CommittedOffset[] {
  const { classic } = group;
  const isRebalancing = classic !== undefined && classic.state !== 'Empty' && classic.state !== 'Stable';
  // Members that are no consumers do not say which topics they mean.
  const isSilent = classic?.state === 'Stable' && classic.protocolType !== 'consumer';
  if (isRebalancing || isSilent) return [];
  const inUse = subscriptionsOf(group);
  const emptySince = classic?.state === 'Empty' && classic.protocolType !== null ? classic.stateSince : undefined;
  return group.offsets.list().filter((entry) => {
    if (inUse.has(entry.topic) || group.offsets.isUnstable(entry.topic, entry.partition)) return false;
    const from = emptySince ?? entry.commitTimestamp;
    return when.now >= (entry.expiresAt ?? from + when.retentionMs);
  });
}
