import type { EventstreamError, PartitionOffset, TopicPartition } from '@eventstream/core';

/** What one consumer did, from `run` to its end. */
export interface ConsumerReport {
  /** Events whose handler ended well. */
  readonly handled: number;
  readonly deadLettered: number;
  /** Tombstones, and events of unknown types where those are skipped. */
  readonly dropped: number;
  /** Attempts after the first. */
  readonly retried: number;
  /** Records that were here and not settled at the end: the group gets them again. */
  readonly unfinished: number;
  /** The last commit of each partition this consumer committed for. */
  readonly committed: readonly PartitionOffset[];
}

/** Where a consumer is in its life. */
export type ConsumerState = 'idle' | 'joining' | 'running' | 'draining' | 'closed';

/** One owned partition now. */
export interface PartitionStatus extends TopicPartition {
  readonly epoch: number;
  /** The watermark: every record below is settled. `null` before the first batch. */
  readonly position: number | null;
  /** `null` before the first commit of this ownership. */
  readonly committed: number | null;
  /** Records here that are not settled. */
  readonly unsettled: number;
  /** Lanes with something in them. */
  readonly lanes: number;
  readonly paused: boolean;
  /** Records of the log that are not settled; `null` when the driver does not say. */
  readonly lag: number | null;
  /** How long the oldest unsettled record has been here, in milliseconds; `null` when there is none. The best health signal. */
  readonly oldestMs: number | null;
}

/** What a consumer is doing now: for health checks and dashboards. */
export interface ConsumerStatus {
  readonly state: ConsumerState;
  /** Handlers and dead letters in flight. */
  readonly running: number;
  readonly partitions: readonly PartitionStatus[];
  /** The sum over the partitions whose driver says so. */
  readonly lag: number;
  /** What goes wrong now and is tried again: brokers away, commits or dead letters refused. Empty when all is well. */
  readonly trouble: readonly EventstreamError[];
}
