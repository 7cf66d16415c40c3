import type { Acl } from '../acls/acl.ts';
import type { SavedPlacement } from '../cluster/topology.ts';
import type { SavedOffsets } from '../groups/offsets.ts';
import type { SavedGroup } from '../groups/saved-groups.ts';
import type { StoredBatch } from '../log/batch-index.ts';
import type { SavedQuota } from '../quotas/quotas.ts';
import type { SavedUsers } from '../security/users.ts';
import type { SavedShare } from '../share/partition.ts';
import type { SavedPartition } from '../topics/partition.ts';
import type { SavedTransaction } from '../transactions/transaction.ts';

type Configs = ReadonlyMap<string, string>;
/** A partition of a topic, by the topic's id. */
type Place = { readonly topicId: string; readonly index: number };
/** Who leads a partition, and who may. */
type Leadership = Pick<SavedPartition, 'leader' | 'replicas' | 'epochs'>;

/** All of a partition but its batches. */
export type PartitionFacts = Leadership &
  Pick<SavedPartition, 'producers'> &
  Omit<SavedPartition['log'], 'batches' | 'bytes'>;

/** All of a stored batch but its bytes. */
export type BatchFacts = Omit<StoredBatch, 'bytes'>;

/**
 * What the directory remembers: a part of a cluster's state that is now so. In their order they make a cluster out of
 * nothing, so a snapshot is a list of them, too.
 */
export type Change =
  | {
      readonly kind: 'cluster';
      readonly nextProducerId: bigint;
      readonly randomPosition: number;
      readonly placement: SavedPlacement;
    }
  | { readonly kind: 'arrivals'; readonly arrivals: number }
  | { readonly kind: 'brokerConfigs'; readonly values: Configs }
  | { readonly kind: 'groupConfigs' | 'subscription'; readonly name: string; readonly values: Configs }
  | { readonly kind: 'groupConfigsGone' | 'subscriptionGone'; readonly name: string }
  | { readonly kind: 'users'; readonly users: SavedUsers }
  | { readonly kind: 'acls'; readonly acls: readonly Acl[] }
  | { readonly kind: 'quotas'; readonly quotas: readonly SavedQuota[] }
  | { readonly kind: 'topic'; readonly topicId: string; readonly name: string; readonly configs: Configs }
  | { readonly kind: 'topicGone'; readonly topicId: string }
  /** A partition that was not known, or of which more has changed than can be told otherwise. Its batches follow. */
  | ({ readonly kind: 'partition'; readonly facts: PartitionFacts } & Place)
  | ({ readonly kind: 'batches'; readonly facts: readonly BatchFacts[] } & Place)
  /** Batches at the end of the log. What they do to producers and transactions follows from their bytes. */
  | ({ readonly kind: 'append' } & Place)
  | ({ readonly kind: 'trim'; readonly logStart: bigint } & Place)
  | ({ readonly kind: 'lead' } & Leadership & Place)
  | ({
      readonly kind: 'group';
      /** Offsets that were committed anew; all others stay. */
      readonly committed: SavedOffsets['committed'];
      readonly removed: readonly (readonly [topic: string, partition: number])[];
      readonly pending: SavedOffsets['pending'];
      readonly order: number;
    } & Omit<SavedGroup, 'offsets'>)
  | { readonly kind: 'groupGone'; readonly id: string }
  | { readonly kind: 'share'; readonly groupId: string; readonly key: string; readonly share: SavedShare }
  | { readonly kind: 'shareGone'; readonly groupId: string; readonly key: string }
  | { readonly kind: 'transaction'; readonly transaction: SavedTransaction }
  | { readonly kind: 'transactionGone'; readonly id: string };
