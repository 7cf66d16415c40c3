import type { ApiName } from '@eventstream/kafka-protocol';
import type { Duration } from '../time/duration.ts';

/** What kinds of misfortune a schedule is made of. */
export type ChaosKind = 'faults' | 'leaders' | 'coordinators' | 'crashes' | 'epochs';

/** How rough it gets, and where. */
export type ChaosProfile = {
  /** How many nodes the cluster has, with ids from 1. Default 1; moves and crashes need more. */
  readonly nodes?: number;
  /** Topics whose leaders move and whose partitions fail. */
  readonly topics: readonly { readonly name: string; readonly partitions?: number }[];
  /** Groups and transactional ids whose coordinator moves. */
  readonly coordinated?: readonly string[];
  /** APIs that fail. Default: those of producers, consumers, groups and transactions. */
  readonly apis?: readonly ApiName[];
  /** Default: all. */
  readonly kinds?: readonly ChaosKind[];
  /** How many misfortunes. Default 8. */
  readonly steps?: number;
  /** Within how much time of the cluster's clock they come. Default `'10s'`. */
  readonly within?: Duration;
};

/** The APIs that fail unless the profile names others. */
export const usualApis: readonly ApiName[] = [
  'Produce',
  'Fetch',
  'ListOffsets',
  'Metadata',
  'FindCoordinator',
  'OffsetCommit',
  'OffsetFetch',
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'EndTxn',
  'TxnOffsetCommit',
];
