import {
  backoffDelay,
  EventstreamError,
  type MomentHub,
  type PartitionOffset,
  type Subscription,
  type SubscriptionRequest,
  sleep,
  type TopicPartition,
  type WaitOptions,
} from '@eventstream/core';
import type { EachBatchPayload } from 'kafkajs';
import type { AdminLink } from '../admin/admin-link.ts';
import { offsetRanges } from '../admin/offset-lookup.ts';
import { type Failure, fencedError, readFailure, toEventstreamError } from '../client/errors.ts';
import type { Settings } from '../settings.ts';
import { fetchedOffset, nextOffset } from './fetched-batch.ts';
import { GroupSession, type SessionListener } from './group-session.ts';
import { type Held, judge, Ownership, passes, type Skipped } from './ownership.ts';
import { KafkajsRecordView } from './record-view.ts';
import { outOfRange, type Place, place, startPositions } from './start-positions.ts';
import { unreadable } from './unreadable.ts';

/** What a subscription stands on. */
export interface SubscriptionContext {
  readonly settings: Settings;
  readonly moments: MomentHub;
  readonly admin: AdminLink;
  /** Called once it has ended, for whatever reason. */
  readonly ended: (subscription: KafkajsSubscription) => void;
}

const restarts = { initialMs: 100, maxMs: 10_000, jitter: 0.5 };
const closeMs = 10_000;
const commitAttempts = 5;

/** The same error, saying that the subscription goes on by itself. */
function retriable(error: EventstreamError): EventstreamError {
  if (error.retriable) return error;
  const { code, message, facts, cause } = error;
  return new EventstreamError(code, { message, facts, cause, retriable: true });
}

/**
 * A membership that outlives kafkajs's: sessions come and go, the subscription and its rising epoch stay. What kafkajs
 * fetches is pushed only where it continues what was pushed before.
 */
export class KafkajsSubscription implements Subscription, SessionListener {
  readonly #context: SubscriptionContext;
  readonly #request: SubscriptionRequest;
  readonly #ownership = new Ownership();
  readonly #closing = new AbortController();
  readonly #started: { promise: Promise<void>; resolve(): void; reject(error: unknown): void };
  #session: GroupSession | undefined;
  #running: Promise<void> | undefined;
  #startedYet = false;
  #lastHeld: readonly Held[] = [];

  constructor(context: SubscriptionContext, request: SubscriptionRequest) {
    this.#context = context;
    this.#request = request;
    let settle: { resolve(): void; reject(error: unknown): void } | undefined;
    const promise = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    promise.catch(() => undefined);
    this.#started = { promise, ...(settle as NonNullable<typeof settle>) };
  }

  /** Joins. Resolves once the group accepted the member and it is known where each partition begins. */
  start(): Promise<void> {
    this.#running ??= this.#supervise();
    return this.#started.promise;
  }

  pause(at: TopicPartition): void {
    const held = this.#ownership.find(at);
    if (held === undefined || held.paused) return;
    held.paused = true;
    this.#session?.pause(at);
  }

  resume(at: TopicPartition): void {
    const held = this.#ownership.find(at);
    if (held === undefined || !held.paused) return;
    held.paused = false;
    this.#session?.resume(at);
  }

  seek(position: PartitionOffset): void {
    const held = this.#ownership.find(position);
    if (held !== undefined) this.#move(held, position.offset);
  }

  async commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void> {
    const { clock, random, brokers } = this.#context.settings;
    const { group } = this.#request;
    for (let attempt = 1; ; attempt += 1) {
      const session = this.#session;
      if (session === undefined || !this.#ownership.owns(offsets, epoch)) throw fencedError(group, epoch);
      if (offsets.length === 0) return;
      try {
        await session.commit(offsets);
        // It may have gone out under the generation of a rejoin that happened meanwhile, or not at all.
        if (!this.#ownership.owns(offsets, epoch)) throw fencedError(group, epoch);
        return;
      } catch (thrown) {
        const error = toEventstreamError(thrown, { operation: `commit of group "${group}"`, brokers, group, epoch });
        if (!error.retriable || attempt === commitAttempts || this.#closing.signal.aborted) throw error;
        await sleep(backoffDelay(attempt, restarts, random), clock);
      }
    }
  }

  async close({ timeoutMs = closeMs }: WaitOptions = {}): Promise<void> {
    const first = !this.#closing.signal.aborted;
    this.#closing.abort();
    this.leaving();
    if (first)
      this.#started.reject(
        new EventstreamError('closed', { message: 'The subscription was closed.', facts: { what: 'subscription' } }),
      );
    await this.#session?.stop(timeoutMs);
    this.#context.ended(this);
  }

  joined(partitions: readonly TopicPartition[]): void {
    this.leaving();
    if (this.#closing.signal.aborted) return;
    const epoch = this.#ownership.assign(partitions);
    this.#publish(partitions, []);
    this.#request.onAssigned(partitions, epoch);
    void this.#place(partitions, epoch);
  }

  leaving(): void {
    const { epoch, active } = this.#ownership;
    if (!active) return;
    this.#lastHeld = [...this.#ownership.all()].map((held) => ({ ...held }));
    for (const held of this.#ownership.all()) this.resume(held);
    const revoked = this.#ownership.revoke() ?? [];
    this.#publish([], revoked);
    this.#request.onRevoked(revoked, epoch);
  }

  batch({ batch, resolveOffset, isStale }: EachBatchPayload): void {
    const { topic, partition } = batch;
    const held = this.#ownership.find({ topic, partition });
    if (held === undefined || isStale()) return;
    switch (judge(held, fetchedOffset(batch))) {
      case 'ignore':
        return;
      case 'seek':
        this.#move(held, held.next as number);
        return;
      case 'check':
        this.lost(held);
        return;
      default:
    }
    const next = nextOffset(batch);
    // Before the records are handed over, so that a seek from inside the callback stands.
    resolveOffset(String(next - 1));
    held.next = next;
    const records = batch.messages.map((message) => new KafkajsRecordView(message));
    const { epoch } = this.#ownership;
    this.#push({ topic, partition, epoch, records, nextOffset: next, highWatermark: Number(batch.highWatermark) });
  }

  skipped(skipped: Skipped): void {
    const held = this.#ownership.find(skipped);
    if (held === undefined || !passes(held, skipped)) return;
    const { topic, partition, last, highWatermark } = skipped;
    held.next = last + 1;
    const { epoch } = this.#ownership;
    this.#push({ topic, partition, epoch, records: [], nextOffset: held.next, highWatermark });
  }

  /** Looks up whether a position still exists; goes on there, or where the log begins, and tells of the loss. */
  lost(at: TopicPartition): void {
    const held = this.#ownership.find(at);
    if (held?.next === undefined) return;
    const position = held.next;
    const { epoch } = this.#ownership;
    held.next = undefined;
    const { admin } = this.#context;
    offsetRanges(admin, at.topic)
      .then((ranges) => ranges.find(({ partition }) => partition === at.partition))
      .then((range) => {
        if (range === undefined || !this.#ownership.owns([at], epoch) || held.next !== undefined) return;
        this.#settle(held, { ...place(position, range, this.#request.startFrom), asCommitted: false });
      })
      .catch((error: unknown) => {
        held.next ??= position;
        this.#report(error);
      });
  }

  async #supervise(): Promise<void> {
    const { settings, moments } = this.#context;
    const deadline = settings.clock.elapsed() + settings.connectTimeoutMs;
    for (let attempt = 1; !this.#closing.signal.aborted; attempt += 1) {
      const session = new GroupSession(settings, moments, this.#request, this);
      const orphan = this.#session?.memberId;
      this.#session = session;
      const epoch = this.#ownership.epoch;
      const failure = readFailure(await session.live(orphan));
      this.leaving();
      await session.stop(closeMs);
      if (this.#closing.signal.aborted) return;
      if (this.#ownership.epoch > epoch) attempt = 1;
      const error = await this.#explain(failure);
      const patient = this.#startedYet || settings.clock.elapsed() < deadline;
      if (!(error.retriable && patient)) {
        this.#end(error);
        return;
      }
      if (this.#startedYet) this.#request.onError(error);
      const delay = backoffDelay(attempt, restarts, settings.random);
      await sleep(delay, settings.clock, this.#closing.signal).catch(() => undefined);
    }
  }

  async #explain(failure: Failure): Promise<EventstreamError> {
    const { admin, settings } = this.#context;
    const { group, topics } = this.#request;
    if (failure.code === 'NotImplemented') {
      const located = await unreadable(admin, await this.#lastPositions(), failure);
      if (located !== undefined) return located;
    }
    const operation = `membership of group "${group}"`;
    const topic = topics.join(', ');
    const error = toEventstreamError(failure.cause, { operation, brokers: settings.brokers, group, topic });
    // Being fenced or missing a topic ends this session; the next one may find both well.
    const passing = error.code === 'fenced' || (this.#startedYet && error.code === 'topic-missing');
    return passing ? retriable(error) : error;
  }

  /** Where the partitions stood when ownership ended; looked up where that was not known yet. */
  async #lastPositions(): Promise<readonly PartitionOffset[]> {
    const held = this.#lastHeld.filter(({ paused }) => !paused);
    const unknown = held.filter(({ next }) => next === undefined);
    const places = await startPositions(this.#context.admin, this.#request, unknown).catch(() => []);
    const known = held.flatMap(({ topic, partition, next: offset }) =>
      offset === undefined ? [] : [{ topic, partition, offset }],
    );
    return [...known, ...places];
  }

  #end(error: EventstreamError): void {
    this.#closing.abort();
    this.#context.ended(this);
    this.#started.reject(error);
    if (this.#startedYet) this.#request.onError(error);
  }

  async #place(partitions: readonly TopicPartition[], epoch: number): Promise<void> {
    const { admin } = this.#context;
    while (this.#ownership.owns([], epoch)) {
      try {
        const places = await startPositions(admin, this.#request, partitions);
        if (!this.#ownership.owns([], epoch)) return;
        for (const one of places) {
          const held = this.#ownership.find(one);
          // A seek may have come first.
          if (held !== undefined && held.next === undefined) this.#settle(held, one);
        }
        this.#startedYet = true;
        this.#started.resolve();
        return;
      } catch (error) {
        this.#report(error);
        await sleep(restarts.initialMs, this.#context.settings.clock);
      }
    }
  }

  #settle(held: Held, to: Place): void {
    held.next = to.offset;
    if (!to.asCommitted) this.#move(held, to.offset);
    if (to.lost !== undefined) this.#request.onError(outOfRange(to));
  }

  #move(held: Held, offset: number): void {
    held.next = offset;
    held.skip = undefined;
    this.#session?.seek({ topic: held.topic, partition: held.partition, offset });
  }

  #push(batch: Parameters<SubscriptionRequest['onRecords']>[0]): void {
    try {
      this.#request.onRecords(batch);
    } catch (cause) {
      // Thrown into kafkajs it would be taken for a failed batch and fetched again.
      const where = `onRecords for ${batch.topic}/${batch.partition}`;
      this.#request.onError(
        new EventstreamError('internal', {
          message: `${where} threw; it must not.`,
          facts: { where },
          cause,
          retriable: true,
        }),
      );
    }
  }

  #report(thrown: unknown): void {
    const { brokers } = this.#context.settings;
    const { group } = this.#request;
    const error = toEventstreamError(thrown, { operation: `positions of group "${group}"`, brokers, group });
    this.#request.onError(retriable(error));
  }

  #publish(assigned: readonly TopicPartition[], revoked: readonly TopicPartition[]): void {
    const { moments } = this.#context;
    if (!moments.wants('transport.rebalanced')) return;
    const { group } = this.#request;
    moments.publish('transport.rebalanced', { group, epoch: this.#ownership.epoch, assigned, revoked });
  }
}
