import { brokerNameOfGroupConfig, groupConfigDefinitions } from '../topics/config-definitions.ts';
import { ConfigSet } from '../topics/configs.ts';

/** How groups are run: the broker's configs, and what is set for single groups. */
export class GroupSettings {
  readonly #broker: ConfigSet;
  readonly #groups = new Map<string, ConfigSet>();

  constructor(broker: ConfigSet) {
    this.#broker = broker;
  }

  /** The configs of one group. Its defaults are the broker's configs. */
  configsOf(groupId: string): ConfigSet {
    const known = this.#groups.get(groupId);
    if (known) return known;
    const inherited = (name: string) => this.#broker.explicit(brokerNameOfGroupConfig(name));
    const configs = new ConfigSet(groupConfigDefinitions, {}, inherited);
    this.#groups.set(groupId, configs);
    return configs;
  }

  /** Groups somebody set configs for. */
  get configured(): string[] {
    return [...this.#groups]
      .filter(([, configs]) => configs.entries().some(({ origin }) => origin === 'own'))
      .map(([id]) => id);
  }

  save(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    const own = [...this.#groups].map(([id, configs]) => [id, configs.own()] as const);
    return new Map(own.filter(([, values]) => values.size > 0));
  }

  load(saved: ReadonlyMap<string, ReadonlyMap<string, string>>): void {
    this.#groups.clear();
    for (const [id, values] of saved) this.configsOf(id).replaceAll(values);
  }

  get assignors(): string[] {
    return this.#broker.list('group.consumer.assignors');
  }

  get maxSize(): number {
    return this.#broker.number('group.consumer.max.size');
  }

  get classicMaxSize(): number {
    return this.#broker.number('group.max.size');
  }

  get allowsUpgrade(): boolean {
    return ['bidirectional', 'upgrade'].includes(this.#broker.get('group.consumer.migration.policy'));
  }

  get allowsDowngrade(): boolean {
    return ['bidirectional', 'downgrade'].includes(this.#broker.get('group.consumer.migration.policy'));
  }

  get shareMaxSize(): number {
    return this.#broker.number('group.share.max.size');
  }

  shareSessionTimeoutMs(groupId: string): number {
    return this.configsOf(groupId).number('share.session.timeout.ms');
  }

  shareHeartbeatIntervalMs(groupId: string): number {
    return this.configsOf(groupId).number('share.heartbeat.interval.ms');
  }

  sessionTimeoutMs(groupId: string): number {
    return this.configsOf(groupId).number('consumer.session.timeout.ms');
  }

  heartbeatIntervalMs(groupId: string): number {
    return this.configsOf(groupId).number('consumer.heartbeat.interval.ms');
  }
}
