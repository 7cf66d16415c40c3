import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { type PartitionKey, partitionKey } from './modern/assignment.ts';
import type { CommittedOffset } from './offsets.ts';

/** Of OffsetCommit; TxnOffsetCommit has no such version. */
const IDS_SINCE = 10;

/** An offset as OffsetCommit and TxnOffsetCommit bring it; `topicId` is empty where a version sends names. */
export type OffsetWish = {
  readonly name: string;
  readonly topicId: string;
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
  /** For how long to keep it, in ms; absent or -1: as long as the broker's config says. */
  readonly retentionTimeMs?: bigint;
};

/** Why there is nothing to keep an offset for; told before it is asked who wants to keep it. */
export function unknownPlace({ catalog, version }: RequestContext, wish: OffsetWish): ErrorName | undefined {
  const topic = catalog.find({ name: wish.name, id: wish.topicId });
  if (topic) return topic.partition(wish.partitionIndex) ? undefined : 'UNKNOWN_TOPIC_OR_PARTITION';
  return wish.name || version < IDS_SINCE ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID';
}

/** The offset as a group keeps it, or why it cannot be kept. */
export function offsetEntry(context: RequestContext, wish: OffsetWish): CommittedOffset | ErrorName {
  const topic = context.catalog.find({ name: wish.name, id: wish.topicId });
  if (!topic?.partition(wish.partitionIndex)) return unknownPlace(context, wish) ?? 'UNKNOWN_TOPIC_OR_PARTITION';
  const { retentionTimeMs = -1n } = wish;
  const longest = context.brokerConfigs.number('offset.metadata.max.bytes');
  if ((wish.committedMetadata?.length ?? 0) > longest) return 'OFFSET_METADATA_TOO_LARGE';
  return {
    topic: topic.name,
    topicId: topic.id,
    partition: wish.partitionIndex,
    offset: wish.committedOffset,
    leaderEpoch: wish.committedLeaderEpoch,
    metadata: wish.committedMetadata,
    commitTimestamp: context.clock.now(),
    ...(retentionTimeMs >= 0n ? { expiresAt: context.clock.now() + Number(retentionTimeMs) } : {}),
  };
}

type CommittedTopic = {
  readonly name: string;
  readonly topicId?: string;
  readonly partitions: readonly { readonly partitionIndex: number }[];
};

/** What a commit is about, as members of consumer groups hold it. A topic that does not exist is held by nobody. */
export function partitionsOf({ catalog }: RequestContext, topics: readonly CommittedTopic[]): PartitionKey[] {
  return topics.flatMap(({ name, topicId = '', partitions }) => {
    const id = catalog.find({ name, id: topicId })?.id;
    return id === undefined ? [] : partitions.map(({ partitionIndex }) => partitionKey(id, partitionIndex));
  });
}
