import { messages, type RequestOf } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { defineApi } from '../dispatch/define-api.ts';
import { codeOf } from '../dispatch/errors.ts';
import { noErrorMessage } from '../dispatch/no-error-message.ts';
import type { ConfigType } from '../topics/config-definitions.ts';
import { configsOf } from '../topics/config-resources.ts';
import { sourceOf, synonymsOf } from '../topics/config-synonyms.ts';

type Resource = RequestOf<typeof messages.describeConfigs>['resources'][number];

const typeNumbers: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};

/**
 * DescribeConfigs shows configs of topics and brokers with where each value comes from.
 *
 * No list of keys, and an empty one, mean all. v3 adds types and documentation.
 */
export const describeConfigs = defineApi(messages.describeConfigs, {
  versions: [1, 4],
  limits: [
    'Topic configs with an effect: cleanup.policy, compression.type, compression.gzip.level, compression.zstd.level, delete.retention.ms, max.compaction.lag.ms, max.message.bytes, message.timestamp.after.max.ms, message.timestamp.before.max.ms, message.timestamp.type, min.cleanable.dirty.ratio, min.compaction.lag.ms, min.insync.replicas, retention.bytes, retention.ms.',
    'Logs have no segments: retention goes by batches, and compaction leaves the newest batch alone.',
    'All nodes share one set of broker configs. With an effect: those that topics inherit, max.connections, max.connections.per.ip, its overrides, and telemetry.max.bytes.',
    'documentation is always null.',
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
  return {
    errorCode: 0,
    errorMessage: noErrorMessage(context),
    resourceType,
    resourceName,
    configs: configs
      .entries()
      .filter(({ definition }) => !configurationKeys?.length || configurationKeys.includes(definition.name))
      .map((entry) => {
        const { name, type, readOnly = false } = entry.definition;
        const synonyms = synonymsOf(entry, resourceType, context.brokerConfigs);
        const isSensitive = type === 'password';
        return {
          name,
          value: isSensitive ? null : entry.value,
          readOnly,
          configSource: sourceOf(synonyms),
          isSensitive,
          synonyms: includeSynonyms ? synonyms : [],
          configType: typeNumbers[type],
          documentation: null,
        };
      }),
  };
}

function refusal({ resourceType, resourceName }: Resource, errorCode: number, errorMessage: string | null) {
  return { errorCode, errorMessage, resourceType, resourceName, configs: [] };
}
