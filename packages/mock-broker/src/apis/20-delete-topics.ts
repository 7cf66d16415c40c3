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
    const asked = askedFor(request);
    const isSame = (one: Asked, other: Asked) => one.name === other.name && one.topicId === other.topicId;
    const once = asked.filter((one, at) => asked.findIndex((other) => isSame(one, other)) === at);
    const responses = once.map((wish) => {
      const { name, topicId } = wish;
      if (asked.filter((other) => isSame(wish, other)).length > 1) {
        return { name, topicId, errorCode: codeOf('INVALID_REQUEST') };
      }
      if ((name === null) === (topicId === zeroUuid)) return { name, topicId, errorCode: codeOf('INVALID_REQUEST') };
      const topic = catalog.find({ name, id: topicId });
      if (!topic)
        return { name, topicId, errorCode: codeOf(name === null ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION') };
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

type Asked = { readonly name: string | null; readonly topicId: string };

function askedFor({ topics, topicNames }: RequestOf<typeof messages.deleteTopics>) {
  return topics.length > 0
    ? topics.map(({ name, topicId }) => ({ name, topicId }))
    : topicNames.map((name) => ({ name, topicId: zeroUuid }));
}
