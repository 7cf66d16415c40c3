import {
  type EventstreamError,
  MomentHub,
  type NewTopic,
  type OffsetLookup,
  type PartitionOffset,
  type Subscription,
  type SubscriptionRequest,
  type TopicAdmin,
  type TopicWriter,
  type Transport,
  type TransportCapabilities,
  type TransportCloseReport,
  type WaitOptions,
  waitFor,
} from '@eventstream/core';
import { AdminLink } from './admin/admin-link.ts';
import { Directory } from './admin/directory.ts';
import { committedOffsets, offsetRanges, type Range } from './admin/offset-lookup.ts';
import { createMissing, deleteTopics } from './admin/topic-admin.ts';
import { transportClosed } from './client/errors.ts';
import { reach } from './client/reach.ts';
import { within } from './client/within.ts';
import { KafkajsSubscription } from './consume/subscription.ts';
import type { KafkajsOptions } from './options.ts';
import { ProducerLinks } from './produce/producer-links.ts';
import { Sender } from './produce/sender.ts';
import { KafkajsTopicWriter } from './produce/topic-writer.ts';
import { resolveSettings, type Settings } from './settings.ts';

/** A transport over kafkajs, with topic administration and offset lookup. */
export type KafkajsTransport = Transport & TopicAdmin & OffsetLookup;

const closeMs = 10_000;
/** Kept back of the deadline of `close` for letting go of connections. */
const goodbyeMs = 250;

class KafkajsDriver implements KafkajsTransport {
  readonly name = 'kafkajs';
  readonly capabilities: TransportCapabilities;
  readonly moments = new MomentHub();
  readonly #settings: Settings;
  readonly #sender: Sender;
  readonly #links: ProducerLinks;
  readonly #directory: Directory;
  readonly #subscriptions = new Set<KafkajsSubscription>();
  #admin: AdminLink | undefined;
  #opening: Promise<void> | undefined;
  #owners = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.capabilities = { idempotent: settings.idempotent, revokesBeforeReassign: true, durable: true };
    this.#links = new ProducerLinks(settings, this.moments);
    this.#directory = new Directory(settings, () => this.#open());
    this.#sender = new Sender({ ...settings, moments: this.moments, wires: this.#links, leaders: this.#directory });
    this.#sender.close(transportClosed());
  }

  get full(): boolean {
    return this.#sender.full;
  }

  async connect(options: WaitOptions = {}): Promise<void> {
    const { clock } = this.#settings;
    this.#opening ??= this.#reach();
    await waitFor(this.#opening, { operation: 'connect', clock, ...options });
    this.#owners += 1;
  }

  async close({ timeoutMs = closeMs, signal }: WaitOptions = {}): Promise<TransportCloseReport> {
    const { clock } = this.#settings;
    const deadline = clock.elapsed() + timeoutMs;
    const last = this.#owners === 1;
    this.#owners = Math.max(0, this.#owners - 1);
    if (this.#admin === undefined) return { unsent: 0 };
    const closed = transportClosed();
    if (last) this.#sender.close(closed);
    const leaving = last ? [...this.#subscriptions].map((one) => one.close({ timeoutMs: timeoutMs - goodbyeMs })) : [];
    const flushed = waitFor(this.#sender.flush(), {
      operation: 'flush',
      clock,
      ...(signal === undefined ? {} : { signal }),
    });
    await within(Promise.all([flushed, ...leaving]), deadline - goodbyeMs - clock.elapsed(), clock);
    if (!last) return { unsent: 0 };
    const unsent = this.#sender.abandon(closed);
    await this.#letGo('closed', deadline - clock.elapsed());
    return { unsent };
  }

  async topic(name: string, options: WaitOptions = {}): Promise<TopicWriter> {
    this.#open();
    await this.#directory.find(name, options);
    return new KafkajsTopicWriter(name, this.#directory, this.#sender);
  }

  flush(options: WaitOptions = {}): Promise<void> {
    return waitFor(this.#sender.flush(), { operation: 'flush', clock: this.#settings.clock, ...options });
  }

  drained(options: WaitOptions = {}): Promise<void> {
    return waitFor(this.#sender.drained(), { operation: 'drained', clock: this.#settings.clock, ...options });
  }

  async subscribe(request: SubscriptionRequest, options: WaitOptions = {}): Promise<Subscription> {
    const admin = this.#open();
    const { clock } = this.#settings;
    for (const topic of request.topics) await this.#directory.find(topic, options);
    const context = {
      settings: this.#settings,
      moments: this.moments,
      admin,
      ended: (one: KafkajsSubscription) => this.#subscriptions.delete(one),
    };
    const subscription = new KafkajsSubscription(context, request);
    this.#subscriptions.add(subscription);
    try {
      await waitFor(subscription.start(), { operation: `join group "${request.group}"`, clock, ...options });
    } catch (error) {
      await subscription.close({ timeoutMs: goodbyeMs });
      throw error;
    }
    return subscription;
  }

  async createTopics(topics: readonly NewTopic[], options: WaitOptions = {}): Promise<readonly string[]> {
    return createMissing(this.#open(), topics, options);
  }

  async deleteTopics(topics: readonly string[], options: WaitOptions = {}): Promise<void> {
    await deleteTopics(this.#open(), topics, options);
    for (const topic of topics) this.#directory.forget(topic);
  }

  async offsets(topic: string, options: WaitOptions = {}): Promise<readonly Range[]> {
    return offsetRanges(this.#open(), topic, options);
  }

  async committed(group: string, topic: string, options: WaitOptions = {}): Promise<readonly PartitionOffset[]> {
    return committedOffsets(this.#open(), { group, topic }, options);
  }

  #open(): AdminLink {
    if (this.#admin === undefined) throw transportClosed();
    return this.#admin;
  }

  async #reach(): Promise<void> {
    const admin = new AdminLink(this.#settings, this.moments);
    try {
      await reach(this.#settings, [() => admin.connect(), () => this.#links.current().connect()]);
    } catch (error) {
      this.#opening = undefined;
      await Promise.all([admin.close(0), this.#links.close(0)]);
      throw error as EventstreamError;
    }
    this.#admin = admin;
    this.#sender.open();
    if (this.moments.wants('transport.connected'))
      this.moments.publish('transport.connected', { transport: this.name });
  }

  async #letGo(reason: string, ms: number): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    this.#opening = undefined;
    this.#directory.stop();
    await Promise.all([admin?.close(ms), this.#links.close(ms)]);
    if (this.moments.wants('transport.disconnected')) {
      this.moments.publish('transport.disconnected', { transport: this.name, reason });
    }
  }
}

/**
 * A transport to Kafka over kafkajs 2.2.4. Does nothing until `connect`. Throws `config-invalid` for options that are out of
 * bounds. What kafkajs loses is not lost: every record is given a partition, every answer is compared with what was sent, and
 * what is missing is sent again within `deliveryTimeout`.
 *
 * @example
 * ```ts
 * import { kafkajs } from '@eventstream/transport-kafkajs';
 *
 * const transport = kafkajs({ brokers: ['localhost:9092'], linger: '5ms' });
 * console.assert(transport.capabilities.idempotent);
 * ```
 */
export function kafkajs(options: KafkajsOptions): KafkajsTransport {
  return new KafkajsDriver(resolveSettings(options));
}
