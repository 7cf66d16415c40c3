import type { ConfigDefinition } from '../topics/config-definitions.ts';
import { type ConfigComplaint, ConfigSet } from '../topics/configs.ts';
import { parseMatch } from './match-pattern.ts';

export const DEFAULT_INTERVAL_MS = 300_000;
const SHORTEST_MS = 100;
const LONGEST_MS = 3_600_000;

/** Configs of a subscription with Kafka's defaults. */
const definitions: readonly ConfigDefinition[] = [
  { name: 'interval.ms', type: 'int', default: String(DEFAULT_INTERVAL_MS) },
  { name: 'match', type: 'list', default: '' },
  { name: 'metrics', type: 'list', default: '' },
];

/** The configs of one subscription, which Kafka checks in its own words and with its own errors. */
export class SubscriptionConfigs extends ConfigSet {
  constructor(given: Readonly<Record<string, string>> = {}) {
    super(definitions, given);
  }

  override complain(name: string, value: string | null): ConfigComplaint {
    if (!this.definition(name)) {
      return { error: 'INVALID_REQUEST', message: `Unknown client metrics configuration: ${name}` };
    }
    const complaint = super.complain(name, value);
    if (complaint || value === null) return complaint;
    if (name === 'interval.ms' && (Number(value) < SHORTEST_MS || Number(value) > LONGEST_MS)) {
      const bounds = `interval must be between ${SHORTEST_MS} and ${LONGEST_MS} (1 hour)`;
      return { error: 'INVALID_REQUEST', message: `Invalid value ${value} for interval.ms, ${bounds}` };
    }
    if (name !== 'match' || parseMatch(value)) return undefined;
    return { error: 'INVALID_CONFIG', message: `Illegal client matching pattern: ${value}` };
  }
}
