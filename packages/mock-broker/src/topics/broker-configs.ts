import { type BrokerConfigRow, changeableBrokerConfigs } from './broker-configs-changeable.ts';
import { fixedBrokerConfigs } from './broker-configs-fixed.ts';
import type { ConfigDefinition } from './config-definitions.ts';
import { type ConfigComplaint, ConfigSet } from './configs.ts';

/** Configs that take one of a few values. */
const closedSets: ReadonlyMap<string, readonly string[]> = new Map([
  ['compression.type', ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']],
  ['log.cleanup.policy', ['delete', 'compact']],
  ['log.message.timestamp.type', ['CreateTime', 'LogAppendTime']],
]);

/** Every config of a broker of Kafka 4.3. */
const brokerConfigDefinitions: readonly ConfigDefinition[] = [
  ...changeableBrokerConfigs.map((row) => define(row, false)),
  ...fixedBrokerConfigs.map((row) => define(row, true)),
];

/**
 * The configs of all brokers: those they were started with, which every change leaves in place, and what clients have set
 * since.
 */
export class BrokerConfigs extends ConfigSet {
  constructor(startedWith: Readonly<Record<string, string>>) {
    super(brokerConfigDefinitions, {}, (name) => startedWith[name]);
  }

  /**
   * Names nobody knows are taken, for plug-ins may; they are never shown. Whatever is wrong with a change, a real broker calls
   * the request invalid.
   */
  override complain(name: string, value: string | null): ConfigComplaint {
    const definition = this.definition(name);
    if (!definition) return undefined;
    const message = definition.readOnly
      ? `Cannot update these configs dynamically: Set(${name})`
      : super.complain(name, value)?.message;
    return message === undefined ? undefined : { error: 'INVALID_REQUEST', message };
  }
}

function define([name, type, byDefault]: BrokerConfigRow, readOnly: boolean): ConfigDefinition {
  const values = closedSets.get(name);
  return { name, type, default: byDefault, readOnly, ...(values && { values }) };
}
