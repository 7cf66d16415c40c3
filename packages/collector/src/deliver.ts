import type { AnyCatalog } from '@eventstream/contracts';
import { EventstreamError, isEventstreamError, type MomentHub } from '@eventstream/core';
import type { Producer, Receipt } from '@eventstream/producer';
import { eventFields, type RequestTimes } from './event-fields.ts';
import { guardData } from './guard-data.ts';
import type { Health } from './health.ts';
import type { CollectorSettings } from './options.ts';
import type { RecentIds } from './recent-ids.ts';
import type { RequestContent, RequestEvent } from './request-text.ts';
import { type EventResult, failureResult, type RefusedResult, rejected } from './results.ts';

/** What delivering needs. */
export interface DeliveryContext {
  readonly settings: CollectorSettings;
  readonly producer: Producer<AnyCatalog>;
  readonly moments: MomentHub;
  readonly health: Health;
  readonly recent: RecentIds;
}

/** What became of a request's events. */
export interface Delivery {
  /** One result for every id, in order of appearance. */
  readonly results: ReadonlyMap<string, EventResult>;
  /** Where those that are `ok` or `dup` are; `undefined` when none is. */
  readonly durable: Receipt['durable'] | undefined;
}

const typeForm = /^[a-z0-9.-]{1,256}$/;

/** Type names come from outside and go to logs: what does not look like one is not repeated. */
function safeType(type: unknown): string {
  return typeof type === 'string' && typeForm.test(type) ? type : '(not a type name)';
}

/** One request's events on their way: sent in order in one turn, answered once each. */
class DeliveryRun {
  readonly #context: DeliveryContext;
  readonly #results = new Map<string, EventResult | undefined>();
  readonly #startedAt: number;
  #durable: Receipt['durable'] | undefined;

  constructor(context: DeliveryContext) {
    this.#context = context;
    this.#startedAt = context.settings.clock.elapsed();
  }

  /** Resolves when every event has its result, or the time is up. */
  async run({ sentAt, events }: RequestContent): Promise<Delivery> {
    const { clock, answerTimeoutMs, limits } = this.#context.settings;
    const times = { sentAt, receivedAt: clock.now(), eventAgeMs: limits.eventAgeMs };
    const sent = Promise.all(events.map((event) => this.#send(event, times)));
    await new Promise<void>((resolve) => {
      const cancel = clock.after(answerTimeoutMs, resolve);
      void sent.then(() => {
        cancel();
        resolve();
      });
    });
    const results = new Map<string, EventResult>();
    for (const [id, result] of this.#results) results.set(id, result ?? this.#late(id));
    return { results, durable: this.#durable };
  }

  /** Appends the event before it returns, so that events are in the log in the order of the request. */
  async #send(event: RequestEvent, times: RequestTimes): Promise<void> {
    const { id } = event;
    if (this.#results.has(id))
      return this.#refuse(id, 'duplicate', 'fields' in event ? event.fields['type'] : undefined);
    this.#results.set(id, undefined);
    if ('refused' in event) {
      const unit = event.refused === 'too-deep' ? 'levels' : 'bytes';
      const message = `has ${event.actual} ${unit}; the limit is ${event.limit}`;
      return this.#settle(id, undefined, rejected(event.refused, [{ path: 'event', message }]));
    }
    const { fields } = event;
    const trouble = guardData(fields['data'], this.#context.settings.limits.keys);
    if (trouble !== undefined) return this.#settle(id, fields['type'], rejected(trouble.reason, trouble.detail));
    const ready = eventFields(id, fields, times);
    if (!('options' in ready)) return this.#settle(id, fields['type'], rejected('malformed', ready));
    const { producer, recent } = this.#context;
    // Ids are the tracker's own: another visitor's event of the same id is another event.
    const copyOf = `${ready.options.subject ?? ''}/${id}`;
    const seen = recent.seen(copyOf);
    if (seen !== undefined) return this.#repeat(id, ready.type, await seen);
    const receipt = producer.send(ready.type, ready.data, ready.options);
    recent.sending(copyOf, receipt);
    try {
      this.#accept(await receipt, ready.type);
    } catch (error) {
      this.#fail(id, ready.type, error);
    }
  }

  /** A copy of an event that is stored is a `dup`; of one whose sending has just failed, it may be tried again. */
  #repeat(id: string, type: string, durable: Receipt['durable'] | undefined): void {
    if (durable === undefined) {
      this.#settle(id, type, { r: 'retry', reason: 'duplicate' });
      return;
    }
    this.#durable = durable;
    this.#results.set(id, { r: 'dup' });
    this.#refuse(id, 'duplicate', type);
  }

  #accept(receipt: Receipt, type: string): void {
    const { moments, health, settings } = this.#context;
    const { id, topic, partition, offset, durable } = receipt;
    this.#durable = durable;
    this.#results.set(id, { r: 'ok' });
    health.stored();
    if (!moments.wants('collector.accepted')) return;
    const durationMs = settings.clock.elapsed() - this.#startedAt;
    moments.publish('collector.accepted', { id, type, topic, partition, offset, durationMs });
  }

  #fail(id: string, type: string, error: unknown): void {
    const typed = isEventstreamError(error)
      ? error
      : new EventstreamError('internal', {
          message: 'The producer failed.',
          facts: { where: 'collector' },
          cause: error,
        });
    const result = failureResult(typed);
    if (result.r === 'retry') this.#context.health.failed(result.reason);
    this.#settle(id, type, result);
  }

  #late(id: string): EventResult {
    const { health } = this.#context;
    health.failed('timeout');
    this.#refuse(id, 'timeout', undefined);
    return { r: 'retry', reason: 'timeout' };
  }

  #settle(id: string, type: unknown, result: RefusedResult): void {
    this.#results.set(id, result);
    this.#refuse(id, result.reason, type);
  }

  #refuse(id: string, reason: string, type: unknown): void {
    const { moments } = this.#context;
    if (moments.wants('collector.refused')) moments.publish('collector.refused', { id, type: safeType(type), reason });
  }
}

/** Sends a request's events and tells, for every id once, what became of it. */
export function deliver(content: RequestContent, context: DeliveryContext): Promise<Delivery> {
  return new DeliveryRun(context).run(content);
}
