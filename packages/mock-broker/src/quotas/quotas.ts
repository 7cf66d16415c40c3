import type { Clock } from '../time/clock.ts';
import type { QuotaEntity, QuotaOptions } from './entity.ts';
import { SampledRate } from './sampled-rate.ts';

/** Who sends, as quotas see it. */
export type QuotaPayer = { readonly user: string; readonly clientId: string };

/** What is limited by bytes a second. */
export type ByteRate = 'producer_byte_rate' | 'consumer_byte_rate';

type Entry = { readonly entity: QuotaEntity; readonly values: Map<string, number> };

/** The quotas of a cluster, and how much of them is used (KIP-546). */
export class Quotas {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #rates = new Map<string, SampledRate>();

  constructor(given: readonly QuotaOptions[], clock: Clock) {
    this.#clock = clock;
    for (const { producerByteRate, consumerByteRate, ...entity } of given) {
      if (producerByteRate !== undefined) this.set(entity, 'producer_byte_rate', producerByteRate);
      if (consumerByteRate !== undefined) this.set(entity, 'consumer_byte_rate', consumerByteRate);
    }
  }

  list(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  set(entity: QuotaEntity, key: string, value: number): void {
    const entry = this.#entries.get(keyOf(entity)) ?? { entity, values: new Map() };
    entry.values.set(key, value);
    this.#entries.set(keyOf(entity), entry);
  }

  remove(entity: QuotaEntity, key: string): void {
    const entry = this.#entries.get(keyOf(entity));
    entry?.values.delete(key);
    if (entry?.values.size === 0) this.#entries.delete(keyOf(entity));
  }

  /** Counts bytes against the quota that is the payer's, and gives for how many ms it has to be silent. */
  charge(rate: ByteRate, payer: QuotaPayer, bytes: number): number {
    if (this.#entries.size === 0) return 0;
    const found = this.#find(rate, payer);
    if (!found) return 0;
    const now = this.#clock.now();
    const used = this.#rates.get(found.purse) ?? new SampledRate();
    this.#rates.set(found.purse, used);
    used.record(bytes, now);
    return used.excessMs(found.bound, now);
  }

  /** The most specific quota there is, and the purse it is paid from: of a user, of a client, or of a client of a user. */
  #find(rate: ByteRate, { user, clientId }: QuotaPayer): { bound: number; purse: string } | undefined {
    const candidates: QuotaEntity[] = [
      { user, clientId },
      { user, clientId: null },
      { user },
      { user: null, clientId },
      { user: null, clientId: null },
      { user: null },
      { clientId },
      { clientId: null },
    ];
    for (const entity of candidates) {
      const bound = this.#entries.get(keyOf(entity))?.values.get(rate);
      if (bound === undefined) continue;
      const purse = keyOf({
        ...('user' in entity ? { user } : {}),
        ...('clientId' in entity ? { clientId } : {}),
      });
      return { bound, purse: `${rate} ${purse}` };
    }
    return undefined;
  }
}

function keyOf({ user, clientId, ip }: QuotaEntity): string {
  return JSON.stringify({ user, clientId, ip });
}
