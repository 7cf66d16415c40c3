import {
  configError,
  type EventstreamError,
  isEventstreamError,
  MomentHub,
  type NewTopic,
  type OffsetLookup,
  type PartitionOffset,
  type Subscription,
  type SubscriptionRequest,
  type TopicAdmin,
  type TopicWriter,
  type TransactionalOptions,
  type TransactionalProducer,
  type Transactions,
  type Transport,
  type TransportCapabilities,
  type TransportCloseReport,
  type WaitOptions,
  waitFor,
  within,
} from '@eventstream/core';
import { errorCodes } from '@eventstream/kafka-protocol';
import { adminOf } from './admin/admin.ts';
import { type AdminContext, insist } from './admin/context.ts';
import { committedOffsets, offsetRanges, type Range } from './admin/offset-lookup.ts';
import { createMissing, deleteTopics, propagationMs } from './admin/topic-admin.ts';
import type { KafkaAdmin } from './admin/types.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Coordinators } from './cluster/coordinators.ts';
import { openCluster } from './cluster/open-cluster.ts';
import { persist } from './cluster/persist.ts';
import { codecs } from './codecs.ts';
import { KafkaSubscription } from './consume/subscription.ts';
import { codeError, topicMissing, transportClosed } from './errors/code-error.ts';
import { membershipFor } from './group/membership-for.ts';
import { formatAddress } from './network/address.ts';
import type { KafkaOptions } from './options.ts';
import { Identity } from './produce/identity.ts';
import { packingOf } from './produce/packing.ts';
import { Sender, type SenderOptions } from './produce/sender.ts';
import { KafkaTopicWriter } from './produce/topic-writer.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { KafkaTransactionalProducer } from './transactions/transactional-producer.ts';

/** A transport over a Kafka client of our own, with topic administration, offset lookup and transactions. */
export type KafkaTransport = Transport &
  TopicAdmin &
  OffsetLookup &
  Transactions & {
    /** Administration beyond topics and offsets. */
    readonly admin: KafkaAdmin;
  };

const closeMs = 10_000;
/** Kept back of the deadline of `close` for letting go of connections. */
const goodbyeMs = 50;
const ignore = () => undefined;

class KafkaDriver implements KafkaTransport {
  readonly name = 'kafka';
  readonly capabilities: TransportCapabilities;
  readonly moments = new MomentHub();
  readonly #settings: Settings;
  readonly #brokers: readonly string[];
  readonly #cluster: Cluster;
  readonly admin: KafkaAdmin;
  readonly #admin: AdminContext;
  readonly #sending: Omit<SenderOptions, 'source'>;
  readonly #sender: Sender;
  readonly #transactional = new Set<KafkaTransactionalProducer>();
  readonly #subscriptions = new Set<KafkaSubscription>();
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #connecting = 0;
  #owners = 0;
  #open = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.capabilities = { idempotent: settings.idempotent, revokesBeforeReassign: true, durable: true };
    this.#brokers = settings.bootstrap.map(formatAddress);
    const cluster = openCluster(settings, this.moments);
    this.#cluster = cluster;
    this.#admin = { settings, cluster, brokers: this.#brokers, coordinators: new Coordinators(cluster) };
    this.admin = adminOf(this.#admin, () => this.#assertOpen());
    this.#sending = {
      ...settings,
      cluster,
      brokers: this.#brokers,
      moments: this.moments,
      packing: packingOf(settings.compression, codecs),
    };
    const source = settings.idempotent ? new Identity({ cluster, ...settings }) : undefined;
    this.#sender = new Sender({ ...this.#sending, source });
    this.#sender.close(transportClosed());
  }

  get full(): boolean {
    return this.#sender.full;
  }

  async connect(options: WaitOptions = {}): Promise<void> {
    await this.#closing;
    const opening = this.#opening ?? this.#begin();
    this.#connecting += 1;
    try {
      await waitFor(opening, { operation: 'connect', clock: this.#settings.clock, ...options });
      this.#owners += 1;
    } finally {
      this.#connecting -= 1;
      if (this.#owners === 0 && this.#connecting === 0) this.#giveUp(opening);
    }
  }

  async close({ timeoutMs = closeMs, signal }: WaitOptions = {}): Promise<TransportCloseReport> {
    if (this.#owners === 0) return { unsent: 0 };
    this.#owners -= 1;
    const { clock } = this.#settings;
    const flushing = { operation: 'flush', clock, ...(signal === undefined ? {} : { signal }) };
    const deadline = clock.elapsed() + timeoutMs;
    if (this.#owners > 0) {
      await within(waitFor(this.#sender.flush(), flushing), timeoutMs, clock);
      return { unsent: 0 };
    }
    this.#sender.close(transportClosed());
    const ending = this.#finish(waitFor(this.#sender.flush(), flushing), deadline);
    this.#closing = ending.then(ignore);
    return ending;
  }

  async topic(name: string, options: WaitOptions = {}): Promise<TopicWriter> {
    this.#assertOpen();
    await this.#find(name, options);
    this.#assertOpen();
    return new KafkaTopicWriter(name, this.#cluster.topics, this.#sender);
  }

  flush(options: WaitOptions = {}): Promise<void> {
    return waitFor(this.#sender.flush(), { operation: 'flush', clock: this.#settings.clock, ...options });
  }

  drained(options: WaitOptions = {}): Promise<void> {
    return waitFor(this.#sender.drained(), { operation: 'drained', clock: this.#settings.clock, ...options });
  }

  async subscribe(request: SubscriptionRequest, options: WaitOptions = {}): Promise<Subscription> {
    this.#assertOpen();
    const { clock } = this.#settings;
    for (const topic of request.topics) await this.#find(topic, options);
    this.#assertOpen();
    const subscription = new KafkaSubscription(
      {
        settings: this.#settings,
        brokers: this.#brokers,
        moments: this.moments,
        cluster: this.#cluster,
        membership: (events) => membershipFor(this.#admin, request, events),
        ended: (one) => this.#subscriptions.delete(one),
      },
      request,
    );
    this.#subscriptions.add(subscription);
    try {
      await waitFor(subscription.start(), { operation: `join group "${request.group}"`, clock, ...options });
    } catch (error) {
      await subscription.close({ timeoutMs: goodbyeMs });
      throw error;
    }
    return subscription;
  }

  async transactional(
    transactionalId: string,
    { transactionTimeoutMs = 60_000, ...wait }: TransactionalOptions & WaitOptions = {},
  ): Promise<TransactionalProducer> {
    this.#assertOpen();
    if (transactionalId === '') throw configError('transactionalId', 'must not be empty.');
    const context = {
      admin: this.#admin,
      moments: this.moments,
      sending: this.#sending,
      transactionTimeoutMs,
      find: (topic: string, options: WaitOptions) => this.#find(topic, options),
      ended: (one: KafkaTransactionalProducer) => this.#transactional.delete(one),
    };
    const producer = new KafkaTransactionalProducer(context, transactionalId);
    await producer.start(wait);
    this.#assertOpen();
    this.#transactional.add(producer);
    return producer;
  }

  async createTopics(topics: readonly NewTopic[], options: WaitOptions = {}): Promise<readonly string[]> {
    this.#assertOpen();
    return createMissing(this.#admin, topics, options);
  }

  async deleteTopics(topics: readonly string[], options: WaitOptions = {}): Promise<void> {
    this.#assertOpen();
    return deleteTopics(this.#admin, topics, options);
  }

  async offsets(topic: string, options: WaitOptions = {}): Promise<readonly Range[]> {
    this.#assertOpen();
    return offsetRanges(this.#admin, topic, options);
  }

  async committed(group: string, topic: string, options: WaitOptions = {}): Promise<readonly PartitionOffset[]> {
    this.#assertOpen();
    return committedOffsets(this.#admin, { group, topic }, options);
  }

  #assertOpen(): void {
    if (!this.#open) throw transportClosed();
  }

  /** Looks a topic up, creating it if the options say so. Rejects with `topic-missing` when it is not there. */
  async #find(name: string, wait: WaitOptions): Promise<void> {
    const { clock, autoCreateTopics } = this.#settings;
    const missingBy = clock.elapsed() + (autoCreateTopics ? 0 : propagationMs);
    const look = () =>
      insist(this.#admin, { operation: `metadata of "${name}"`, topic: name, wait }, async (attempt) => {
        const { topic, errorCode } = await this.#cluster.look(name);
        if (topic !== undefined && errorCode === errorCodes.NONE) return;
        const missing = errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
        if (missing && clock.elapsed() < missingBy) throw codeError(errorCodes.LEADER_NOT_AVAILABLE, attempt);
        throw missing ? topicMissing(name) : codeError(errorCode, attempt);
      });
    try {
      await look();
    } catch (error) {
      if (!autoCreateTopics || !isEventstreamError(error, 'topic-missing')) throw error;
      await createMissing(this.#admin, [{ topic: name }], wait);
    }
  }

  #begin(): Promise<void> {
    const opening = this.#reach();
    this.#opening = opening;
    return opening;
  }

  async #reach(): Promise<void> {
    const { clock, random, connectTimeoutMs: timeoutMs } = this.#settings;
    const attempt = { operation: 'connect', brokers: this.#brokers };
    const onClose = (listener: (reason: EventstreamError) => void) => this.#cluster.onClose(listener);
    await persist(() => this.#cluster.reach(), { attempt, clock, random, timeoutMs, onClose });
    this.#open = true;
    this.#sender.open();
    if (this.moments.wants('transport.connected')) {
      this.moments.publish('transport.connected', { transport: this.name });
    }
  }

  /** Nobody waits for it any more. What was reached in the same moment would never be closed. */
  #giveUp(opening: Promise<void>): void {
    opening.catch(ignore);
    if (this.#opening !== opening) return;
    if (this.#open) this.#letGo('given up');
    else {
      this.#opening = undefined;
      this.#cluster.close();
    }
  }

  /** The last owner's goodbye: flushes and leaves groups side by side, then ends whatever is left at the deadline. */
  async #finish(flushed: Promise<void>, deadline: number): Promise<TransportCloseReport> {
    const { clock } = this.#settings;
    const left = () => deadline - goodbyeMs - clock.elapsed();
    const leaving = [...this.#subscriptions, ...this.#transactional].map((one) => one.close({ timeoutMs: left() }));
    await within(Promise.allSettled([flushed, ...leaving]), left(), clock);
    const unsent = this.#sender.abandon(transportClosed());
    this.#letGo('closed');
    return { unsent };
  }

  #letGo(reason: string): void {
    this.#open = false;
    this.#opening = undefined;
    this.#cluster.close();
    if (this.moments.wants('transport.disconnected')) {
      this.moments.publish('transport.disconnected', { transport: this.name, reason });
    }
  }
}

/**
 * A transport to Kafka 2.1 and later in plain TypeScript, without a library below. Does nothing until `connect`. Throws
 * `config-invalid` for options that are out of bounds.
 *
 * @example
 * ```ts
 * import { kafka } from '@eventstream/transport-kafka';
 *
 * const transport = kafka({ brokers: ['localhost:9092'], linger: '5ms' });
 * console.assert(transport.capabilities.idempotent);
 * ```
 */
export function kafka(options: KafkaOptions = {}): KafkaTransport {
  return new KafkaDriver(resolveSettings(options));
}
