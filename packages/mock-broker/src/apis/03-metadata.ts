import { type ErrorName, messages, type RequestOf, zeroUuid } from '@eventstream/kafka-protocol';
import { clusterName } from '../acls/acl.ts';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { allowedOperations, operationsNotAsked } from '../dispatch/operations.ts';
import { describePartition } from '../topics/describe-partition.ts';
import type { Topic } from '../topics/topic.ts';
import { complainAboutTopicName } from '../topics/topic-name.ts';

/** v10 and v11 have a field for ids, and refuse whoever uses it. */
const IDS_WORK_SINCE = 12;

const refusedTopic = codeOf('TOPIC_AUTHORIZATION_FAILED');

type MetadataRequest = RequestOf<typeof messages.metadata>;
type Asked = { readonly name: string | null; readonly topicId: string };

/**
 * Metadata tells which nodes are up and who leads what.
 *
 * Asking for an unknown topic by name creates it, unless the cluster or (v4) the request says otherwise; it is there at
 * once, where a real broker first answers LEADER_NOT_AVAILABLE. v0 reads an empty list as "all". v10 asks by id.
 */
export const metadata = defineApi(messages.metadata, {
  versions: [0, 13],
  limits: ['Every node that is up counts as an in-sync replica.'],
  handle(context, request) {
    const { listener, topology, version } = context;
    if (
      version < IDS_WORK_SINCE &&
      request.topics?.some(({ name, topicId }) => name === null || topicId !== zeroUuid)
    ) {
      return refuseAll(request, codeOf('INVALID_REQUEST'));
    }
    const asked = version >= 8 && version <= 10 && request.includeClusterAuthorizedOperations;
    return {
      brokers: topology.up().map(({ id }) => ({ nodeId: id, ...topology.address(id, listener) })),
      clusterId: context.clusterId,
      controllerId: topology.controller(),
      topics: topicsFor(context, request),
      ...(asked ? { clusterAuthorizedOperations: allowedOperations(context, 'cluster') } : {}),
    };
  },
  impliedParts: ({ catalog }, { topics }) =>
    topics === null ? catalog.list().map(({ name }) => ({ topic: name })) : [],
  // A topic that is refused hides neither the nodes nor the other topics.
  besideRefusal: (request) => ({ ...request, allowAutoTopicCreation: false }),
  requestFor: (request, parts) => ({
    ...request,
    topics: parts.map(({ topic: name, topicId }) => ({ name, topicId })),
  }),
  fail: refuseAll,
});

function refuseAll({ topics }: MetadataRequest, errorCode: number) {
  return {
    brokers: [],
    topics: (topics ?? []).map(({ name, topicId }) => ({ errorCode, name: name ?? '', topicId, partitions: [] })),
    errorCode,
  };
}

function topicsFor(context: RequestContext, request: MetadataRequest) {
  const { topics } = request;
  const all = topics === null || (context.version === 0 && topics.length === 0);
  const described = all
    ? visibleTopics(context).map((topic) => describe(context, topic))
    : firstOfEach(topics).map((asked) => lookUp(context, asked, request.allowAutoTopicCreation));
  return described.map((topic) => ({
    ...topic,
    topicAuthorizedOperations:
      request.includeTopicAuthorizedOperations && topic.errorCode !== refusedTopic && topic.name !== null
        ? allowedOperations(context, 'topic', topic.name)
        : operationsNotAsked,
  }));
}

/** A topic named twice is described once. */
function firstOfEach(topics: readonly Asked[]): readonly Asked[] {
  const isSame = (one: Asked, other: Asked) => one.name === other.name && one.topicId === other.topicId;
  return topics.filter((one, at) => topics.findIndex((other) => isSame(one, other)) === at);
}

function lookUp(context: RequestContext, { name, topicId }: Asked, mayCreate: boolean) {
  const { catalog, options } = context;
  const byId = topicId !== zeroUuid;
  const known = byId ? catalog.byId(topicId) : name === null ? undefined : catalog.byName(name);
  const askedName = known?.name ?? name;
  if (askedName && !context.may({ operation: 'describe', resource: 'topic', name: askedName })) {
    return unknown('TOPIC_AUTHORIZATION_FAILED', { name, topicId });
  }
  if (known) return describe(context, known);
  if (byId || name === null) return unknown(byId ? 'UNKNOWN_TOPIC_ID' : 'INVALID_REQUEST', { name: null, topicId });
  if (complainAboutTopicName(name)) return unknown('INVALID_TOPIC_EXCEPTION', { name, topicId });
  if (!mayCreate || !options.autoCreateTopics) return unknown('UNKNOWN_TOPIC_OR_PARTITION', { name, topicId });
  if (!mayCreateTopic(context, name)) return unknown('TOPIC_AUTHORIZATION_FAILED', { name, topicId });
  return describe(context, catalog.create({ name, partitions: options.partitions }));
}

/** Of all topics, those the client may not see are left out. */
function visibleTopics({ catalog, may }: RequestContext): Topic[] {
  return catalog.list().filter(({ name }) => may({ operation: 'describe', resource: 'topic', name }));
}

function mayCreateTopic({ may }: RequestContext, name: string): boolean {
  return (
    may({ operation: 'create', resource: 'cluster', name: clusterName }) ||
    may({ operation: 'create', resource: 'topic', name })
  );
}

function unknown(error: ErrorName, { name, topicId }: Asked) {
  return { errorCode: codeOf(error), name, topicId, isInternal: false, partitions: [] };
}

function describe(context: RequestContext, topic: Topic) {
  const { name, id: topicId, internal: isInternal } = topic;
  const partitions = topic.partitions.map((partition) => describePartition(context.topology, partition));
  return { errorCode: 0, name, topicId, isInternal, partitions };
}
