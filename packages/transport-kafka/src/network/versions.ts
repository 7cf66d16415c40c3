import { type AnyApi, errorCodes, errorInfo, messages, type ResponseOf } from '@eventstream/kafka-protocol';
import { BrokerLost } from './broker-lost.ts';
import type { Connection } from './connection.ts';
import { UnsupportedByBroker } from './unsupported-by-broker.ts';

/** What a broker offers: versions of APIs, and features its cluster has finalized. */
export class Versions {
  readonly #ranges: ReadonlyMap<number, readonly [least: number, most: number]>;
  readonly #features: ReadonlyMap<string, number>;
  readonly #broker: string;

  constructor(broker: string, { apiKeys, finalizedFeatures }: ResponseOf<typeof messages.apiVersions>) {
    this.#broker = broker;
    this.#ranges = new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]));
    this.#features = new Map(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
  }

  /** The newest version both sides speak, at most `cap`; nothing when there is none. */
  newest({ key, versions }: AnyApi, cap = versions.to): number | undefined {
    const [least, most] = this.#ranges.get(key) ?? [0, -1];
    const newest = Math.min(most, versions.to, cap);
    return newest >= Math.max(least, versions.from) ? newest : undefined;
  }

  /** As {@link newest}, but throws `UnsupportedByBroker`. */
  choose(api: AnyApi, cap?: number): number {
    const version = this.newest(api, cap);
    if (version === undefined) throw new UnsupportedByBroker(this.#broker, api, this.#ranges.get(api.key));
    return version;
  }

  /** The level of a feature (KIP-584); 0 when the cluster has not finalized it. */
  feature(name: string): number {
    return this.#features.get(name) ?? 0;
  }
}

const software = { clientSoftwareName: 'eventstream-kafka', clientSoftwareVersion: '0.1.0' };

/** Asks a broker what it offers: in the newest version first, and as KIP-511 says in an older one when it does not know that. */
export async function negotiate(connection: Connection, timeoutMs: number): Promise<Versions> {
  const api = messages.apiVersions;
  let version = api.versions.to;
  for (;;) {
    const answer = await connection.request(api, software, { version, timeoutMs });
    if (answer.errorCode === errorCodes.NONE) return new Versions(connection.broker, answer);
    const offered = new Versions(connection.broker, answer).newest(api, version - 1);
    const { name, message } = errorInfo(answer.errorCode);
    if (answer.errorCode !== errorCodes.UNSUPPORTED_VERSION || version === 0) {
      throw new BrokerLost(connection.broker, `ApiVersions was refused with ${name}: ${message}`, {
        maybeServed: false,
      });
    }
    version = offered ?? 0;
  }
}
