import { errorCodes, type messages, type RequestOf, type ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';

type Request = RequestOf<typeof messages.offsetFetch>;
type Response = ResponseInput<typeof messages.offsetFetch>;
type Topic = {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions?: readonly { readonly partitionIndex: number }[];
};

/**
 * The answer of OffsetFetch without what its reader may not see: left out when all topics were asked for, an error in
 * every partition when the topic was named.
 */
export function hideCommittedOffsets(response: Response, context: RequestContext, request: Request): Response {
  if (request.groups.length === 0)
    return { ...response, topics: censor(response.topics ?? [], context, request.topics) };
  return {
    ...response,
    groups: response.groups?.map((group, at) => ({
      ...group,
      topics: censor(group.topics ?? [], context, request.groups[at]?.topics ?? null),
    })),
  } as Response;
}

function censor<Of extends Topic>(topics: readonly Of[], context: RequestContext, asked: object | null): Of[] {
  const visible = (topic: Of): boolean => {
    const name = topic.name || context.catalog.byId(topic.topicId ?? '')?.name;
    return !name || context.may({ operation: 'describe', resource: 'topic', name });
  };
  if (asked === null) return topics.filter(visible);
  return topics.map((topic) => {
    if (visible(topic)) return topic;
    const errorCode = errorCodes.TOPIC_AUTHORIZATION_FAILED;
    const blank = { committedOffset: -1n, metadata: '', errorCode };
    return { ...topic, partitions: topic.partitions?.map(({ partitionIndex }) => ({ partitionIndex, ...blank })) };
  });
}
