import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { type LedPartition, ledPartition } from '../dispatch/led-partition.ts';
import { type AckBatch, ackTypes, type SharePartition } from './partition.ts';
import type { SharedName, ShareSession } from './sessions.ts';

/** Who reads, for which group. */
export type Reader = { readonly groupId: string; readonly memberId: string };

/** A shared partition, found on its leader. */
export type Shared = LedPartition & { readonly share: SharePartition };

/** Topics as ShareFetch and ShareAcknowledge name them. */
export type AskedTopic = {
  readonly topicId: string;
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly acknowledgementBatches: readonly AckBatch[];
  }[];
};

/** What is answered for a partition before it is read from. */
export type Acknowledged = SharedName & { readonly error: ErrorName };

/** The partition as the group sees it, if its reader may read it and the node asked leads it. */
export function sharedPartition(context: RequestContext, { groupId }: Reader, name: SharedName): Shared | ErrorName {
  const topic = context.catalog.byId(name.topicId)?.name;
  if (topic !== undefined && !context.may({ operation: 'read', resource: 'topic', name: topic })) {
    return 'TOPIC_AUTHORIZATION_FAILED';
  }
  const led = ledPartition(context, { name: null, id: name.topicId, index: name.index });
  if (typeof led === 'string') return led;
  return { ...led, share: context.groups.shares.open(groupId, name, led.partition) };
}

/** Takes in every acknowledgement of a request, partition by partition. */
export function acknowledgeAll(
  context: RequestContext,
  reader: Reader,
  { topics, isRenewAck }: { readonly topics: readonly AskedTopic[]; readonly isRenewAck: boolean },
): Acknowledged[] {
  const rules = context.groups.shares.rulesOf(reader.groupId);
  return topics.flatMap(({ topicId, partitions }) =>
    partitions
      .filter(({ acknowledgementBatches }) => acknowledgementBatches.length > 0)
      .map(({ partitionIndex: index, acknowledgementBatches: acks }) => {
        const name = { topicId, index };
        const shared = sharedPartition(context, reader, name);
        if (typeof shared === 'string') return { ...name, error: shared };
        const isSound = acks.every((ack) => isSoundAck(ack, isRenewAck));
        const error = isSound ? shared.share.acknowledge(reader.memberId, acks, rules) : 'INVALID_REQUEST';
        return { ...name, error };
      }),
  );
}

/** Frees what a member has of the partitions of its session. */
export function releaseAll(context: RequestContext, reader: Reader, session: ShareSession): void {
  const { shares } = context.groups;
  for (const name of session.partitions.values()) {
    shares.find(reader.groupId, name)?.release(reader.memberId, shares.rulesOf(reader.groupId));
  }
}

/** Only a request that says so renews (KIP-1222). */
function isSoundAck({ firstOffset, lastOffset, acknowledgeTypes }: AckBatch, renews: boolean): boolean {
  const count = Number(lastOffset - firstOffset) + 1;
  const known = acknowledgeTypes.every(
    (type) => type >= ackTypes.gap && type <= (renews ? ackTypes.renew : ackTypes.reject),
  );
  return count > 0 && known && (acknowledgeTypes.length === 1 || acknowledgeTypes.length === count);
}
