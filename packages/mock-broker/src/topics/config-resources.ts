import type { ErrorName } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import type { ConfigSet } from './configs.ts';
import { complainAboutTopicName } from './topic-name.ts';

/** Kafka's numbers for what a config belongs to. */
export const resourceTypes = { topic: 2, broker: 4, clientMetrics: 16, group: 32 } as const;

/** Why a resource has no configs to show or change. */
export type ConfigRefusal = { readonly error: ErrorName; readonly message: string };

/** What a request means by a config resource. */
export type ResourceReference = { readonly resourceType: number; readonly resourceName: string };

/** The configs of a topic, a broker or a subscription to client metrics. All nodes share one set; the empty name means the cluster's default. */
export function configsOf(
  context: RequestContext,
  { resourceType, resourceName }: ResourceReference,
): ConfigSet | ConfigRefusal {
  if (resourceType === resourceTypes.topic) {
    if (resourceName === '') return { error: 'INVALID_REQUEST', message: 'Default topic resources are not allowed.' };
    const topic = context.catalog.byName(resourceName);
    if (!topic && complainAboutTopicName(resourceName)) {
      return { error: 'INVALID_TOPIC_EXCEPTION', message: `No topic can be called '${resourceName}'.` };
    }
    return (
      topic?.configs ?? { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `Topic '${resourceName}' does not exist.` }
    );
  }
  if (resourceType === resourceTypes.clientMetrics) {
    if (resourceName !== '') return context.telemetry.subscriptions.configsOf(resourceName);
    return { error: 'INVALID_REQUEST', message: 'Client metrics subscription name must not be empty' };
  }
  if (resourceType === resourceTypes.group && resourceName !== '') {
    return context.groups.settings.configsOf(resourceName);
  }
  if (resourceType !== resourceTypes.broker) {
    return { error: 'INVALID_REQUEST', message: `Config resources of type ${resourceType} are not modelled.` };
  }
  const known = resourceName === '' || context.topology.all().some(({ id }) => String(id) === resourceName);
  return known ? context.brokerConfigs : { error: 'INVALID_REQUEST', message: `There is no broker '${resourceName}'.` };
}

/** One answer of AlterConfigs or IncrementalAlterConfigs. */
export function alterAnswer({ resourceType, resourceName }: ResourceReference, refused?: ConfigRefusal) {
  return {
    resourceType,
    resourceName,
    error: refused?.error ?? 'NONE',
    errorMessage: refused?.message ?? null,
  } as const;
}
