import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import type { CommittedOffset } from './offsets.ts';

/** An offset as OffsetCommit and TxnOffsetCommit bring it; `topicId` is empty where a version sends names. */
export type OffsetWish = {
  readonly name: string;
  readonly topicId: string;
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
};

/** The offset as a group keeps it, or why it cannot be kept. */
export function offsetEntry(context: RequestContext, wish: OffsetWish): CommittedOffset | ErrorName {
  const topic = context.catalog.find({ name: wish.name, id: wish.topicId });
  if (!topic) return wish.name ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID';
  if (!topic.partition(wish.partitionIndex)) return 'UNKNOWN_TOPIC_OR_PARTITION';
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
  };
}
