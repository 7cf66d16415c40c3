import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import type { ConfigType } from '../topics/config-definitions.ts';
import { configsOf, resourceTypes } from '../topics/config-resources.ts';
import type { ConfigEntry } from '../topics/configs.ts';

type Resource = RequestOf<typeof messages.describeConfigs>['resources'][number];

const sources = { topic: 1, broker: 2, allBrokers: 3, default: 5, clientMetrics: 7 } as const;
const ownSources = new Map<number, number>([
  [resourceTypes.topic, sources.topic],
  [resourceTypes.broker, sources.broker],
  [resourceTypes.clientMetrics, sources.clientMetrics],
]);
const typeNumbers: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  long: 5,
  double: 6,
  list: 7,
};

/**
 * DescribeConfigs shows configs of topics and brokers with where each value comes from.
 *
 * A null list of keys means all. v3 adds types and documentation.
 */
export const describeConfigs = defineApi(messages.describeConfigs, {
  versions: [1, 4],
  limits: [
    'Topic configs with an effect: cleanup.policy, compression.type, compression.gzip.level, compression.zstd.level, delete.retention.ms, max.compaction.lag.ms, max.message.bytes, message.timestamp.after.max.ms, message.timestamp.before.max.ms, message.timestamp.type, min.cleanable.dirty.ratio, min.compaction.lag.ms, min.insync.replicas, retention.bytes, retention.ms.',
    'Logs have no segments: retention goes by batches, and compaction leaves the newest batch alone.',
    'All nodes share one set of broker configs. With an effect: those that topics inherit, max.connections, max.connections.per.ip, its overrides, and telemetry.max.bytes.',
    'Synonyms name the value itself and its default; documentation is always null.',
  ],
  handle: (context, { resources, includeSynonyms }) => ({
    throttleTimeMs: 0,
    results: resources.map((resource) => describe(context, resource, includeSynonyms)),
  }),
  fail: ({ resources }, errorCode) => ({
    throttleTimeMs: 0,
    results: resources.map((resource) => refusal(resource, errorCode, null)),
  }),
});

function describe(context: RequestContext, resource: Resource, includeSynonyms: boolean) {
  const configs = configsOf(context, resource);
  if ('error' in configs) return refusal(resource, codeOf(configs.error), configs.message);
  const { resourceType, resourceName, configurationKeys } = resource;
  const own = ownSources.get(resourceType) ?? sources.default;
  return {
    errorCode: 0,
    errorMessage: '',
    resourceType,
    resourceName,
    configs: configs
      .entries()
      .filter(({ definition }) => configurationKeys === null || configurationKeys.includes(definition.name))
      .map((entry) => ({
        name: entry.definition.name,
        value: entry.value,
        readOnly: false,
        configSource: sourceOf(entry, own),
        isSensitive: false,
        synonyms: includeSynonyms ? synonyms(entry, own) : [],
        configType: typeNumbers[entry.definition.type],
        documentation: null,
      })),
  };
}

function sourceOf({ origin }: ConfigEntry, own: number): number {
  return { own, inherited: sources.allBrokers, default: sources.default }[origin];
}

function synonyms(entry: ConfigEntry, own: number) {
  const { definition, value, origin } = entry;
  const itself = { name: definition.name, value, source: sourceOf(entry, own) };
  // A subscription has nothing above it that a value could come from.
  if (own === sources.clientMetrics) return origin === 'own' ? [itself] : [];
  const fallback = { name: definition.name, value: definition.default, source: sources.default };
  return origin === 'default' ? [fallback] : [itself, fallback];
}

function refusal({ resourceType, resourceName }: Resource, errorCode: number, errorMessage: string | null) {
  return { errorCode, errorMessage, resourceType, resourceName, configs: [] };
}
