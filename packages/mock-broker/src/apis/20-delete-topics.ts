import { messages, type RequestOf, zeroUuid } from '@eventstream/kafka-protocol';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { chargeMutation } from '../dispatch/mutations.ts';

/**
 * DeleteTopics deletes topics with their records and the offsets groups have committed in them; any node takes it.
 *
 * v5 is refused above controller_mutation_rate (KIP-599). v6 deletes by id (KIP-516).
 */
export const deleteTopics = defineApi(messages.deleteTopics, {
  versions: [1, 6],
  limits: ['A deleted topic is gone as soon as the answer is written, on every node.'],
  handle(context, request) {
    const { catalog, groups } = context;
    const responses = askedFor(request).map(({ name, topicId }) => {
      const topic = catalog.find({ name, id: topicId });
      if (!topic) return { name, topicId, errorCode: codeOf(name ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID') };
      const exceeded = chargeMutation(context, { partitions: topic.partitions.length, refusedSince: 5 });
      if (exceeded) return { name: topic.name, topicId: topic.id, errorCode: codeOf(exceeded.error) };
      catalog.delete(topic);
      groups.forgetTopic(topic.name);
      return { name: topic.name, topicId: topic.id, errorCode: 0 };
    });
    return { throttleTimeMs: 0, responses };
  },
  fail: (request, errorCode) => ({
    throttleTimeMs: 0,
    responses: askedFor(request).map((asked) => ({ ...asked, errorCode })),
  }),
});

function askedFor({ topics, topicNames }: RequestOf<typeof messages.deleteTopics>) {
  return topics.length > 0
    ? topics.map(({ name, topicId }) => ({ name, topicId }))
    : topicNames.map((name) => ({ name, topicId: zeroUuid }));
}
