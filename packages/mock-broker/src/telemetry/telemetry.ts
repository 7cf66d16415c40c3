import type { Compression, ErrorName } from '@eventstream/kafka-protocol';
import { codecs } from '../log/codecs.ts';
import type { Observers } from '../observers.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { ClientInstance } from './client-instance.ts';
import type { ClientFacts } from './match-pattern.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Metrics a client has pushed. */
export type TelemetryPush = {
  readonly nodeId: number;
  readonly clientId: string;
  readonly clientInstanceId: string;
  /** Whether the client said that it is about to end. */
  readonly terminating: boolean;
  /** How the client had compressed them. */
  readonly compression: Compression;
  /** An OTLP `MetricsData` message in Protobuf, decompressed. */
  readonly metrics: Buffer;
};

/** Who asks or pushes, and at which node: nodes know nothing of each other's clients. */
export type TelemetryClient = { readonly nodeId: number; readonly facts: Omit<ClientFacts, 'client_instance_id'> };

/** What a client pushes, as its request says it. */
export type PushWish = {
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
  readonly terminating: boolean;
  readonly compressionType: number;
  readonly metrics: Uint8Array;
};

/** What telemetry is made of. */
export type TelemetryParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observers: Observers;
  readonly subscriptions: Subscriptions;
  /** `telemetry.max.bytes`. */
  readonly maxBytes: () => number;
};

/** By Kafka's numbers. */
const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** Pushes kept for inspection; the oldest go first. */
const KEPT = 1000;
/** A client is forgotten when nothing has come from it for so many intervals. */
const FORGOTTEN_AFTER = 3;
/** `MAX_CLIENTS` a node remembers: the one longest unheard of makes room. */
const MOST_CLIENTS = 16_384;

/** Clients that are asked for their metrics, and what they pushed (KIP-714). */
export class Telemetry {
  readonly subscriptions: Subscriptions;
  readonly maxBytes: () => number;
  readonly #parts: TelemetryParts;
  readonly #instances = new Map<string, ClientInstance>();
  readonly #pushes: TelemetryPush[] = [];

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.subscriptions = parts.subscriptions;
    this.maxBytes = parts.maxBytes;
  }

  /** The newest thousand pushes, oldest first. */
  get pushes(): readonly TelemetryPush[] {
    return this.#pushes;
  }

  /** What a client is to push from now on; an unknown one is given its id. */
  ask(client: TelemetryClient, givenId: string | undefined): { id: string; instance: ClientInstance } | ErrorName {
    const id = givenId ?? this.#parts.random.uuid();
    const instance = this.#instanceOf(client, id);
    return instance.mayAsk(this.#parts.clock.now()) ? { id, instance } : 'THROTTLING_QUOTA_EXCEEDED';
  }

  /** Takes a push, or says why not. The order of the questions is that of a real broker. */
  push(client: TelemetryClient, wish: PushWish): ErrorName {
    const { nodeId, facts } = client;
    const { clientInstanceId, terminating } = wish;
    const instance = this.#instanceOf(client, clientInstanceId);
    if (instance.terminating) return 'INVALID_REQUEST';
    if (!instance.mayPush(this.#parts.clock.now()) && !terminating) return 'THROTTLING_QUOTA_EXCEEDED';
    if (wish.subscriptionId !== instance.subscriptionId) return 'UNKNOWN_SUBSCRIPTION_ID';
    const compression = compressions[wish.compressionType];
    if (compression === undefined) return 'UNSUPPORTED_COMPRESSION_TYPE';
    if (wish.metrics.byteLength > this.maxBytes()) return 'TELEMETRY_TOO_LARGE';
    instance.terminating = terminating;
    if (wish.metrics.byteLength === 0) return 'NONE';
    const metrics = decompressed(wish.metrics, compression);
    if (!metrics) return 'INVALID_RECORD';
    this.#keep({ nodeId, clientId: facts.client_id, clientInstanceId, terminating, compression, metrics });
    return 'NONE';
  }

  #keep(push: TelemetryPush): void {
    this.#pushes.push(push);
    if (this.#pushes.length > KEPT) this.#pushes.shift();
    this.#parts.observers.emit('telemetry', push);
  }

  /** What is known of a client; made anew when the subscriptions have changed, which lets it ask and push at once. */
  #instanceOf({ nodeId, facts }: TelemetryClient, id: string): ClientInstance {
    const key = `${nodeId} ${id}`;
    const known = this.#instances.get(key);
    const version = this.subscriptions.version();
    if (known && known.version === version && !this.#isForgotten(known)) return known;
    const plan = this.subscriptions.planFor({ ...facts, client_instance_id: id });
    const instance = new ClientInstance(id, { plan, version });
    this.#instances.delete(key);
    this.#instances.set(key, instance);
    const [oldest] = this.#instances.keys();
    if (this.#instances.size > MOST_CLIENTS && oldest !== undefined) this.#instances.delete(oldest);
    return instance;
  }

  #isForgotten({ lastSeen, plan }: ClientInstance): boolean {
    return this.#parts.clock.now() - lastSeen > FORGOTTEN_AFTER * plan.intervalMs;
  }
}

function decompressed(bytes: Uint8Array, compression: Compression): Buffer | undefined {
  try {
    const plain = compression === 'none' ? bytes : codecs[compression]!.decompress(bytes);
    return Buffer.from(plain);
  } catch {
    return undefined;
  }
}
