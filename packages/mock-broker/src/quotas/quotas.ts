import type { Clock } from '../time/clock.ts';
import type { QuotaEntity, QuotaOptions } from './entity.ts';
import { SampledRate } from './sampled-rate.ts';
import { TokenBucket } from './token-bucket.ts';

/** Who sends, as quotas see it. */
export type QuotaPayer = { readonly user: string; readonly clientId: string };

/** What is limited by bytes a second. */
export type ByteRate = 'producer_byte_rate' | 'consumer_byte_rate';

/** What users and clients have quotas of. */
type PayerQuota = ByteRate | 'request_percentage' | 'controller_mutation_rate';

/** Options by Kafka's names of what they limit. */
const optionKeys = {
  producer_byte_rate: 'producerByteRate',
  consumer_byte_rate: 'consumerByteRate',
  request_percentage: 'requestPercentage',
  controller_mutation_rate: 'controllerMutationRate',
  connection_creation_rate: 'connectionCreationRate',
} as const;

const CONNECTIONS = 'connection_creation_rate';
/** Requests and connections are held back for one window at most, or a single costly one would seem to be lost. */
const LONGEST_MS = 1000;
/** 100 percent of a thread is 1000 ms a second. */
const PERCENT_PER_MS = 0.1;

type Entry = { readonly entity: QuotaEntity; readonly values: Map<string, number> };

/** The quotas of one entity at one moment. */
export type SavedQuota = { readonly entity: QuotaEntity; readonly values: ReadonlyMap<string, number> };

/** The quotas of a cluster, and how much of them is used (KIP-546). */
export class Quotas {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #rates = new Map<string, SampledRate>();
  readonly #buckets = new Map<string, TokenBucket>();
  #revision = 0;

  constructor(given: readonly QuotaOptions[], clock: Clock) {
    this.#clock = clock;
    for (const { user, clientId, ip, ...options } of given) {
      const entity = {
        ...(user === undefined ? {} : { user }),
        ...(clientId === undefined ? {} : { clientId }),
        ...(ip === undefined ? {} : { ip }),
      };
      for (const [key, option] of Object.entries(optionKeys)) {
        const value = options[option];
        if (value !== undefined) this.set(entity, key, value);
      }
    }
  }

  /** True while nobody has a quota. */
  get none(): boolean {
    return this.#entries.size === 0;
  }

  /** Another number after every change of what is allowed. */
  get revision(): number {
    return this.#revision;
  }

  list(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  set(entity: QuotaEntity, key: string, value: number): void {
    const entry = this.#entries.get(keyOf(entity)) ?? { entity, values: new Map() };
    this.#revision += 1;
    entry.values.set(key, value);
    this.#entries.set(keyOf(entity), entry);
  }

  remove(entity: QuotaEntity, key: string): void {
    const entry = this.#entries.get(keyOf(entity));
    this.#revision += 1;
    entry?.values.delete(key);
    if (entry?.values.size === 0) this.#entries.delete(keyOf(entity));
  }

  save(): readonly SavedQuota[] {
    return this.list().map(({ entity, values }) => ({ entity, values: new Map(values) }));
  }

  /** Puts other quotas in the place of all there are; nothing of them is used yet. */
  load(saved: readonly SavedQuota[]): void {
    this.#revision += 1;
    for (const table of [this.#entries, this.#rates, this.#buckets]) table.clear();
    for (const { entity, values } of saved) for (const [key, value] of values) this.set(entity, key, value);
  }

  /** Counts bytes against the quota that is the payer's, and gives for how many ms it has to be silent. */
  charge(rate: ByteRate, payer: QuotaPayer, bytes: number): number {
    const found = this.#find(rate, payer);
    return found ? this.#excessMs(found, bytes) : 0;
  }

  /** The same for the time a request has taken. */
  chargeRequest(payer: QuotaPayer, timeMs: number): number {
    const found = this.#find('request_percentage', payer);
    return found ? Math.min(LONGEST_MS, this.#excessMs(found, timeMs * PERCENT_PER_MS)) : 0;
  }

  /** Counts a change of partitions, and says whether it is done: always, unless its API can be told that it is not. */
  chargeMutation(
    payer: QuotaPayer,
    { partitions, isStrict }: { readonly partitions: number; readonly isStrict: boolean },
  ): { done: boolean; throttleMs: number } {
    const found = this.#find('controller_mutation_rate', payer);
    if (!found) return { done: true, throttleMs: 0 };
    const { bound, purse } = found;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(purse) ?? new TokenBucket();
    this.#buckets.set(purse, bucket);
    const owedMs = bucket.debtMs(bound, now);
    if (isStrict && owedMs > 0) return { done: false, throttleMs: owedMs };
    bucket.take(partitions, bound, now);
    return { done: true, throttleMs: isStrict ? 0 : bucket.debtMs(bound, now) };
  }

  /** Counts a connection from an address, and gives after how many ms it is refused; 0: it may stay, and counts. */
  chargeConnection(ip: string): number {
    const bound =
      this.#entries.get(keyOf({ ip }))?.values.get(CONNECTIONS) ??
      this.#entries.get(keyOf({ ip: null }))?.values.get(CONNECTIONS);
    if (bound === undefined) return 0;
    const quota = { bound, purse: `${CONNECTIONS} ${ip}` };
    const excessMs = this.#excessMs(quota, 1);
    if (excessMs > 0) this.#excessMs(quota, -1);
    return Math.min(LONGEST_MS, excessMs);
  }

  #excessMs({ bound, purse }: { readonly bound: number; readonly purse: string }, amount: number): number {
    const now = this.#clock.now();
    const used = this.#rates.get(purse) ?? new SampledRate();
    this.#rates.set(purse, used);
    used.record(amount, now);
    return used.excessMs(bound, now);
  }

  /** The most specific quota there is, and the purse it is paid from: of a user, of a client, or of a client of a user. */
  #find(rate: PayerQuota, { user, clientId }: QuotaPayer): { bound: number; purse: string } | undefined {
    if (this.none) return undefined;
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
