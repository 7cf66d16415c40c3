import { brokerNameOf, brokerNameOfGroupConfig } from './config-definitions.ts';
import { resourceTypes } from './config-resources.ts';
import type { ConfigEntry, ConfigSet } from './configs.ts';

/** Kafka's numbers for where a config's value comes from. */
const sources = { topic: 1, broker: 2, allBrokers: 3, startedWith: 4, default: 5, clientMetrics: 7, group: 8 } as const;

type Kind = { readonly own: number; brokerName(name: string): string | undefined };
const unknown: Kind = { own: sources.default, brokerName: () => undefined };
const kinds = new Map<number, Kind>([
  [resourceTypes.topic, { own: sources.topic, brokerName: brokerNameOf }],
  [resourceTypes.clientMetrics, { ...unknown, own: sources.clientMetrics }],
  [resourceTypes.group, { own: sources.group, brokerName: brokerNameOfGroupConfig }],
]);

/** A place that a value comes, or would come from. */
export type Synonym = { readonly name: string; readonly value: string; readonly source: number };

/**
 * Where the value of a config comes from, and where it would come from else, in this order. What a topic or group does not say
 * comes from the broker, under the broker's name for it; a config without any value has no synonyms.
 */
export function synonymsOf(entry: ConfigEntry, resourceType: number, brokerConfigs: ConfigSet): readonly Synonym[] {
  if (resourceType === resourceTypes.broker) return ofBroker(entry, sources.broker);
  const { own, brokerName } = kinds.get(resourceType) ?? unknown;
  const { name } = entry.definition;
  const further = brokerConfigs.entries().find(({ definition }) => definition.name === brokerName(name));
  return [
    ...(entry.origin === 'own' && entry.value !== null ? [{ name, value: entry.value, source: own }] : []),
    // All nodes share one set, so what was set on any of them stands for all.
    ...(further ? ofBroker(further, sources.allBrokers) : []),
  ];
}

/** What `DescribeConfigs` calls the source of a value with these synonyms. */
export function sourceOf(synonyms: readonly Synonym[]): number {
  return synonyms[0]?.source ?? sources.default;
}

function ofBroker({ definition, value, origin }: ConfigEntry, dynamic: number): readonly Synonym[] {
  const { name, default: byDefault } = definition;
  const last = byDefault === null ? [] : [{ name, value: byDefault, source: sources.default }];
  if (origin === 'default' || value === null) return last;
  return [{ name, value, source: origin === 'own' ? dynamic : sources.startedWith }, ...last];
}
