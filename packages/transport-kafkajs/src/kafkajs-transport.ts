import {
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
  within,
} from '@eventstream/core';
import { AdminLink } from './admin/admin-link.ts';
import { Directory } from './admin/directory.ts';
import { committedOffsets, offsetRanges, type Range } from './admin/offset-lookup.ts';
import { createMissing, deleteTopics } from './admin/topic-admin.ts';
import { transportClosed } from './client/errors.ts';
import { reach } from './client/reach.ts';
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

const ignore = () => undefined;

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
  #closing: Promise<void> | undefined;
  #connecting = 0;
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
    await this.#closing;
    const opening = this.#opening ?? this.#reach();
    this.#opening = opening;
    this.#connecting += 1;
    try {
      await waitFor(opening, { operation: 'connect', clock: this.#settings.clock, ...options });
      this.#owners += 1;
    } finally {
      this.#connecting -= 1;
      // Given up by the caller, but reached all the same: nobody would ever close it.
      opening.then(() => this.#letGoIfUnowned(), ignore);
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
    const admin = this.#open();
    await this.#directory.find(name, options);
    if (this.#admin !== admin) throw transportClosed();
    // Only now: a transport that only reads needs no producer id, which it may not be allowed to have. The first append waits
    // for the connection, and tells when there is none.
    this.#links.current().connect().catch(ignore);
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
    if (this.#admin !== admin) throw transportClosed();
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
      await reach(this.#settings, () => admin.connect());
    } catch (error) {
      this.#opening = undefined;
      await admin.close(0);
      throw error;
    }
    this.#admin = admin;
    this.#sender.open();
    if (this.moments.wants('transport.connected'))
      this.moments.publish('transport.connected', { transport: this.name });
  }

  async #letGoIfUnowned(): Promise<void> {
    if (this.#owners === 0 && this.#connecting === 0 && this.#admin !== undefined)
      await this.#letGo('given up', goodbyeMs);
  }

  /** The last owner's goodbye: flushes and leaves groups side by side, then ends whatever is left at the deadline. */
  async #finish(flushed: Promise<void>, deadline: number): Promise<TransportCloseReport> {
    const { clock } = this.#settings;
    const left = () => deadline - goodbyeMs - clock.elapsed();
    const leaving = [...this.#subscriptions].map((one) => one.close({ timeoutMs: left() }));
    await within(Promise.allSettled([flushed, ...leaving]), left(), clock);
    const unsent = this.#sender.abandon(transportClosed());
    await this.#letGo('closed', deadline - clock.elapsed());
    return { unsent };
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
