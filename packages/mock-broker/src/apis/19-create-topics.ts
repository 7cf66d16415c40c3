import { type ErrorName, messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { chargeMutation } from '../dispatch/mutations.ts';
import type { TopicPlan } from '../topics/catalog.ts';
import { topicConfigsOf } from '../topics/config-definitions.ts';
import { ConfigSet } from '../topics/configs.ts';
import { tooManyPartitions } from '../topics/most-partitions.ts';
import type { Topic } from '../topics/topic.ts';
import { complainAboutTopicName } from '../topics/topic-name.ts';

type Wish = RequestOf<typeof messages.createTopics>['topics'][number];
type Complaint = { readonly error: ErrorName; readonly message: string | null };

const configSources = { own: 1, inherited: 3, default: 5 } as const;

/**
 * CreateTopics creates topics, by partition count or by explicit replicas; any node takes it.
 *
 * v4 takes -1 for the cluster's defaults (KIP-464). v5 answers the configs. v6 is refused above controller_mutation_rate
 * (KIP-599). v7 answers topic ids.
 */
export const createTopics = defineApi(messages.createTopics, {
  versions: [2, 7],
  limits: ['A topic is usable as soon as the answer is written, on every node.'],
  handle(context, { topics, validateOnly }) {
    const twice = new Set(topics.map(({ name }) => name).filter((name, at, all) => all.indexOf(name) !== at));
    return {
      throttleTimeMs: 0,
      topics: firstOfEach(topics).map((wish) => {
        if (twice.has(wish.name))
          return refuse(wish.name, { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' });
        const plan = planFor(context, wish);
        if ('error' in plan) return refuse(wish.name, plan);
        // A mere check is charged as well, by real brokers too.
        const exceeded = chargeMutation(context, { partitions: plan.partitions, refusedSince: 6 });
        if (exceeded) return refuse(wish.name, exceeded);
        return made(context, validateOnly ? context.catalog.plan(plan) : context.catalog.create(plan));
      }),
    };
  },
  fail: ({ topics }, errorCode) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => ({ name, errorCode, errorMessage: null })),
  }),
});

/** A topic named twice is answered once. */
function firstOfEach(topics: readonly Wish[]): readonly Wish[] {
  return topics.filter(({ name }, at) => topics.findIndex((other) => other.name === name) === at);
}

function refuse(name: string, { error, message }: Complaint) {
  return { name, errorCode: codeOf(error), errorMessage: message };
}

function made({ may }: RequestContext, topic: Topic) {
  if (!may({ operation: 'describeConfigs', resource: 'topic', name: topic.name })) {
    const hidden = { topicConfigErrorCode: codeOf('TOPIC_AUTHORIZATION_FAILED'), configs: null };
    return { name: topic.name, topicId: topic.id, errorCode: 0, errorMessage: null, ...hidden };
  }
  return {
    name: topic.name,
    topicId: topic.id,
    errorCode: 0,
    errorMessage: null,
    numPartitions: topic.partitions.length,
    replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    configs: topic.configs.entries().map(({ definition, value, origin }) => ({
      name: definition.name,
      value,
      readOnly: false,
      configSource: configSources[origin],
      isSensitive: false,
    })),
  };
}

function planFor(context: RequestContext, wish: Wish): TopicPlan | Complaint {
  const badName = complainAboutTopicName(wish.name);
  if (badName) return { error: 'INVALID_TOPIC_EXCEPTION', message: `Topic name is invalid: ${badName}` };
  if (context.catalog.byName(wish.name)) {
    return { error: 'TOPIC_ALREADY_EXISTS', message: `Topic '${wish.name}' already exists.` };
  }
  const twin = context.catalog.twinOf(wish.name);
  if (twin) return { error: 'INVALID_TOPIC_EXCEPTION', message: `Topic '${wish.name}' collides with topic '${twin}'.` };
  const configs = checkConfigs(context, wish);
  if (typeof configs === 'string') return { error: 'INVALID_CONFIG', message: configs };
  const layout = wish.assignments.length > 0 ? byAssignment(context, wish) : byCount(context, wish);
  return 'error' in layout ? layout : { ...layout, name: wish.name, configs };
}

function checkConfigs({ options }: RequestContext, { configs }: Wish): Record<string, string> | string {
  const probe = new ConfigSet(topicConfigsOf(options.asVersion));
  const accepted: Record<string, string> = {};
  for (const { name, value } of configs) {
    const complaint = probe.complain(name, value);
    if (complaint) return complaint.message;
    accepted[name] = value ?? '';
  }
  return accepted;
}

type Layout = Pick<TopicPlan, 'partitions' | 'replicationFactor' | 'assignments'>;

function byCount({ options, topology, brokerConfigs }: RequestContext, wish: Wish): Layout | Complaint {
  const partitions = wish.numPartitions === -1 ? options.partitions : wish.numPartitions;
  if (partitions <= 0)
    return { error: 'INVALID_PARTITIONS', message: 'Number of partitions was set to an invalid non-positive value.' };
  const excessive = tooManyPartitions(partitions);
  if (excessive) return excessive;
  const nodes = topology.all().length;
  const byDefault = brokerConfigs.number('default.replication.factor');
  const replicationFactor = wish.replicationFactor === -1 ? byDefault : wish.replicationFactor;
  if (replicationFactor <= 0 || replicationFactor > nodes) {
    const message = `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ${replicationFactor} cannot be reached because only ${nodes} broker(s) are registered.`;
    return { error: 'INVALID_REPLICATION_FACTOR', message };
  }
  return { partitions, replicationFactor };
}

function byAssignment({ topology }: RequestContext, { assignments, numPartitions }: Wish): Layout | Complaint {
  if (numPartitions !== -1) {
    return { error: 'INVALID_REQUEST', message: 'Both a partition count and replica assignments were given.' };
  }
  const known = new Set(topology.all().map(({ id }) => id));
  const byPartition = new Map(assignments.map(({ partitionIndex, brokerIds }) => [partitionIndex, brokerIds]));
  for (let index = 0; index < assignments.length; index += 1) {
    const replicas = byPartition.get(index);
    const fits = replicas && replicas.length > 0 && new Set(replicas).size === replicas.length;
    if (!fits || !replicas.every((id) => known.has(id))) {
      return { error: 'INVALID_REPLICA_ASSIGNMENT', message: `Partition ${index} has no valid list of known nodes.` };
    }
  }
  return { partitions: assignments.length, assignments: byPartition };
}
