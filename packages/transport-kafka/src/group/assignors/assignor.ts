import type { TopicPartition } from '@eventstream/core';

/** What a member had, and in which generation of the group. */
export type Previous = {
  readonly partitions: readonly TopicPartition[];
  /** -1 when it had nothing, or does not say. */
  readonly generation: number;
};

/** Of a member that had nothing. */
export const nothingBefore: Previous = { partitions: [], generation: -1 };

/** A member as the group's leader sees it. */
export type AssignableMember = {
  readonly id: string;
  /** Static members keep their place by it (KIP-345). */
  readonly instanceId: string | null;
  readonly topics: readonly string[];
  /** What it owns now, as far as it says (KIP-429, KIP-792). */
  readonly owned: Previous;
  /** What the assignor of that member has put beside its subscription. */
  readonly userData: Uint8Array | null;
};

/** What the leader knows when it assigns. */
export type AssignmentTask = {
  readonly members: readonly AssignableMember[];
  /** How many partitions each topic has; 0 for one that is not there. */
  readonly partitions: ReadonlyMap<string, number>;
};

/** Who gets what, by member id. Every member has an entry. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

/** A way of sharing partitions that all members know by its name, whatever they are written in. */
export type Assignor = {
  readonly name: string;
  /** Members keep what they own through a rebalance and give up only what moves (KIP-429). */
  readonly cooperative: boolean;
  assign(task: AssignmentTask): Assignment;
  /** What a member says beside its subscription, for the leader's assignor. Default nothing. */
  userData?(previous: Previous): Uint8Array;
};
