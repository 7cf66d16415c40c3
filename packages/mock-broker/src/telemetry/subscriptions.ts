import type { ConfigSet } from '../topics/configs.ts';
import { type ClientFacts, matches, parseMatch } from './match-pattern.ts';
import { DEFAULT_INTERVAL_MS, SubscriptionConfigs } from './subscription-configs.ts';

/** Asks for every metric there is, whatever else is asked for. */
const EVERYTHING = '*';

/** What a client is asked to push, and how often. */
export type TelemetryPlan = { readonly metrics: readonly string[]; readonly intervalMs: number };

/** Subscriptions by name: the configs of client metrics resources, as options and clients set them (KIP-714). */
export class Subscriptions {
  readonly #byName = new Map<string, ConfigSet>();

  constructor(given: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    for (const [name, configs] of Object.entries(given)) this.#byName.set(name, new SubscriptionConfigs(configs));
  }

  /** A subscription to look at or to change. One that nobody gave a config does not exist, which nobody can tell. */
  configsOf(name: string): ConfigSet {
    const configs = this.#byName.get(name) ?? new SubscriptionConfigs();
    this.#byName.set(name, configs);
    return configs;
  }

  save(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return new Map(this.#existing().map(([name, configs]) => [name, configs.own()]));
  }

  load(saved: ReadonlyMap<string, ReadonlyMap<string, string>>): void {
    this.#byName.clear();
    for (const [name, values] of saved) this.configsOf(name).replaceAll(values);
  }

  names(): string[] {
    return this.#existing().map(([name]) => name);
  }

  /** Differs after every change, so that clients can be told that something has changed. */
  version(): string {
    return JSON.stringify(
      this.#existing().map(([name, configs]) => [name, configs.entries().map(({ value }) => value)]),
    );
  }

  /** Everything that the subscriptions which match a client ask for, as often as the most eager one wants it. */
  planFor(client: ClientFacts): TelemetryPlan {
    const own = this.#existing()
      .map(([, configs]) => configs)
      .filter((configs) => matches(parseMatch(configs.get('match')) ?? [], client));
    const metrics = new Set(own.flatMap((configs) => configs.list('metrics')).filter((prefix) => prefix !== ''));
    return {
      metrics: metrics.has(EVERYTHING) ? [EVERYTHING] : [...metrics].sort(),
      intervalMs: Math.min(...own.map((configs) => configs.number('interval.ms')), DEFAULT_INTERVAL_MS),
    };
  }

  #existing(): [string, ConfigSet][] {
    return [...this.#byName].filter(([, configs]) => configs.entries().some(({ origin }) => origin === 'own'));
  }
}
