import { type ErrorName, messages } from '@eventstream/kafka-protocol';
import { coordinatorGate } from '../dispatch/coordinator-gate.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { ClassicGroup } from '../groups/classic/group.ts';
import { subscriptionsOf } from '../groups/subscribed.ts';

/**
 * OffsetDelete forgets committed offsets of single partitions (KIP-496).
 *
 * A topic somebody in the group subscribes to keeps its offsets; a group with members that are not consumers keeps all.
 */
export const offsetDelete = defineApi(messages.offsetDelete, {
  versions: [0, 0],
  handle(context, { groupId, topics }) {
    const group = context.groups.find(groupId);
    const refused = coordinatorGate(context, groupId) ?? (group?.consumer ? undefined : judge(group?.classic));
    if (refused || !group) return { throttleTimeMs: 0, errorCode: codeOf(refused ?? 'GROUP_ID_NOT_FOUND'), topics: [] };
    const subscribed = subscriptionsOf(group);
    const remove = (topic: string, partition: number): ErrorName => {
      if (!context.may({ operation: 'read', resource: 'topic', name: topic })) return 'TOPIC_AUTHORIZATION_FAILED';
      if (!context.catalog.byName(topic)?.partition(partition)) return 'UNKNOWN_TOPIC_OR_PARTITION';
      if (subscribed.has(topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC';
      group.offsets.delete(topic, partition);
      return 'NONE';
    };
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: codeOf(remove(name, partitionIndex)),
        })),
      })),
    };
  },
  fail: (_request, errorCode) => ({ throttleTimeMs: 0, errorCode, topics: [] }),
});

function judge(group: ClassicGroup | undefined): ErrorName | undefined {
  if (!group || group.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
  return group.state === 'Empty' || group.protocolType === 'consumer' ? undefined : 'NON_EMPTY_GROUP';
}
