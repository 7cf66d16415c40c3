import type { EventstreamError, PartitionOffset, TopicPartition } from '@eventstream/core';
import type { Committer } from './offsets.ts';

/** What a membership tells its owner. All of it is synchronous. */
export type MembershipEvents = {
  /**
   * The partitions the member has from now on, all of them. Those it had before and that are not among them are no longer its
   * own; `kept` tells whether those that are were its own without a break.
   */
  readonly onAssignment: (partitions: readonly TopicPartition[], kept: boolean) => void;
  /** Nothing is its own any more. */
  readonly onRevoked: () => void;
  /** Trouble; the membership goes on by itself when `error.retriable`, else it has ended. */
  readonly onError: (error: EventstreamError) => void;
};

/** A member of a group, by whichever protocol. */
export type Membership = {
  /** Joins and stays until closed. Resolves once the group accepted the member; rejects with what cannot pass. */
  start(): Promise<void>;
  /** Who this member is now, for offsets that are committed by a transaction. */
  readonly identity: Committer;
  /** Stores offsets, while `isOwned` says so. Rejects with `fenced` when the group does not count this member as it was. */
  commit(offsets: readonly PartitionOffset[], isOwned: () => boolean): Promise<void>;
  /** What the group has committed, in the order of the partitions; undefined where there is nothing. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]>;
  /** Leaves, so that others take over at once. Never rejects. */
  close(timeoutMs: number): Promise<void>;
};
