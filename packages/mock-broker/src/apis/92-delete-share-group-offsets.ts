import { type ErrorName, messages, zeroUuid } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { idleShareGroup } from '../share/idle.ts';

/** DeleteShareGroupOffsets forgets how far a share group is with topics, while nobody is in it (KIP-932). */
export const deleteShareGroupOffsets = defineApi(messages.deleteShareGroupOffsets, {
  versions: [0, 0],
  handle(context, { groupId, topics }) {
    const refused = idleShareGroup(context, groupId);
    if (refused) return { throttleTimeMs: 0, ...refused, responses: [] };
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      responses: topics.map(({ topicName }) => ({
        topicName,
        topicId: context.catalog.byName(topicName)?.id ?? zeroUuid,
        errorCode: codeOf(forget(context, groupId, topicName)),
      })),
    };
  },
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    errorCode,
    responses: topics.map(({ topicName }) => ({ topicName, topicId: zeroUuid, errorCode })),
  }),
});

function forget(context: RequestContext, groupId: string, name: string): ErrorName {
  if (!context.may({ operation: 'read', resource: 'topic', name })) return 'TOPIC_AUTHORIZATION_FAILED';
  const topic = context.catalog.byName(name);
  if (!topic) return 'UNKNOWN_TOPIC_OR_PARTITION';
  context.groups.shares.forgetTopic(groupId, topic.id);
  return 'NONE';
}
