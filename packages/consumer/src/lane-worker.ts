import { backoffDelay, EventstreamError, isEventstreamError, type Moments, type Settlement } from '@eventstream/core';
import type { Context } from './context.ts';
import { isDeadLetterError } from './dead-letter-error.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Entry } from './entry.ts';
import type { Failure } from './failure.ts';
import { handlingOf } from './handling.ts';
import { type Opened, openRecord } from './open-record.ts';
import { runHandler } from './run-handler.ts';

const appendBackoff = { initialMs: 200, maxMs: 10_000 };
const countOf = { done: 'handled', 'dead-lettered': 'deadLettered', dropped: 'dropped' } as const;

/** Where the worker reports how an entry came out of its hands. */
export interface Outcomes {
  settled(entry: Entry): void;
  /** To be worked on again after a delay; its lane waits. */
  later(entry: Entry, delayMs: number): void;
}

/** Takes one entry from the head of its lane to its settlement, or to the wait before the next attempt. */
export class LaneWorker {
  readonly #context: Context;
  readonly #deadLetters: DeadLetters | null;
  readonly #outcomes: Outcomes;

  /** @param deadLetters - `null`: what cannot be handled ends the consumer. */
  constructor(context: Context, deadLetters: DeadLetters | null, outcomes: Outcomes) {
    this.#context = context;
    this.#deadLetters = deadLetters;
    this.#outcomes = outcomes;
  }

  /** A promise of the end, which never rejects; nothing when the entry came to its end at once, as most do that need no waiting. */
  work(entry: Entry): Promise<void> | undefined {
    if (entry.failure !== null) return this.#bury(entry, entry.failure);
    const { settings } = this.#context;
    if (entry.attempts === 0) entry.startedAt = settings.clock.elapsed();
    const opened = openRecord(entry, settings);
    if (opened.kind === 'nothing') return this.#settle(entry, 'dropped');
    if (opened.kind === 'poison') return this.#bury(entry, opened.failure);
    return this.#attempt(entry, opened);
  }

  #attempt(entry: Entry, opened: Extract<Opened, { readonly kind: 'event' }>): Promise<void> | undefined {
    const { settings, moments } = this.#context;
    if (entry.attempts === 0 && moments.wants('consumer.handling'))
      moments.publish('consumer.handling', handlingOf(entry, settings.group));
    entry.attempts += 1;
    let running: unknown;
    try {
      running = runHandler(entry, opened, settings);
    } catch (error) {
      return this.#failed(entry, error);
    }
    if (!isThenable(running)) return this.#settle(entry, 'done');
    return Promise.resolve(running).then(
      () => this.#settle(entry, 'done'),
      (error: unknown) => this.#failed(entry, error),
    );
  }

  async #failed(entry: Entry, error: unknown): Promise<void> {
    const { settings, tally } = this.#context;
    if (!entry.owner.live) return this.#stale(entry);
    // Past the drain deadline a failure says nothing of the event: it stays unsettled and comes again.
    if (entry.owner.signal.aborted) return this.#stale(entry);
    entry.firstFailedAt ??= settings.clock.now();
    if (isDeadLetterError(error)) return this.#bury(entry, { reason: 'rejected', error });
    const hopeless = isEventstreamError(error) && !error.retriable;
    if (hopeless || entry.attempts >= settings.attempts) return this.#bury(entry, { reason: 'handler-failed', error });
    const { attempts: attempt } = entry;
    if (this.#again(entry, { attempt, delayMs: backoffDelay(attempt, settings.backoff, settings.random), error }))
      tally.retried += 1;
  }

  /** Settled only once the dead letter is acknowledged: until then the record stands nowhere else. */
  async #bury(entry: Entry, failure: Failure): Promise<void> {
    const { settings, trouble, fail } = this.#context;
    if (this.#deadLetters === null) {
      this.#stale(entry);
      return fail(poisonError(entry, failure));
    }
    let written: boolean;
    try {
      written = await this.#deadLetters.write(entry, failure);
    } catch (cause) {
      const error = deadLetterError(entry, cause);
      trouble.at('dead-letter', error);
      entry.failure = failure;
      entry.failedAppends += 1;
      const { failedAppends: attempt } = entry;
      this.#again(entry, { attempt, delayMs: backoffDelay(attempt, appendBackoff, settings.random), error });
      return;
    }
    trouble.over('dead-letter');
    return written ? this.#settle(entry, 'dead-lettered', failure.error) : this.#stale(entry);
  }

  /** False when nothing new begins any more: the entry stays unsettled. */
  #again(entry: Entry, retry: Omit<Moments['consumer.retrying'], 'handling'>): boolean {
    const { settings, moments, draining } = this.#context;
    if (draining()) {
      this.#stale(entry);
      return false;
    }
    if (moments.wants('consumer.retrying'))
      moments.publish('consumer.retrying', { handling: handlingOf(entry, settings.group), ...retry });
    this.#outcomes.later(entry, retry.delayMs);
    return true;
  }

  #settle(entry: Entry, settlement: Settlement, error?: unknown): undefined {
    const { settings, moments, tally } = this.#context;
    if (!entry.owner.live) return this.#stale(entry);
    tally[countOf[settlement]] += 1;
    this.#outcomes.settled(entry);
    if (moments.wants('consumer.settled')) {
      moments.publish('consumer.settled', {
        handling: handlingOf(entry, settings.group),
        settlement,
        attempts: entry.attempts,
        durationMs: settings.clock.elapsed() - entry.startedAt,
        ...(error === undefined ? {} : { error }),
      });
    }
    entry.letGo();
  }

  /** Its outcome counts for nothing, since the partition was taken away or the consumer ends first: the event comes again. */
  #stale({ owner, offset }: Entry): undefined {
    const { moments, settings } = this.#context;
    if (!moments.wants('consumer.stale')) return;
    const { topic, partition, epoch } = owner;
    moments.publish('consumer.stale', { topic, partition, offset, epoch, group: settings.group });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function deadLetterError({ owner, offset }: Entry, cause: unknown): EventstreamError<'dead-letter-failed'> {
  const { topic, partition } = owner;
  return new EventstreamError('dead-letter-failed', {
    message: `The dead letter of ${topic}/${partition} offset ${offset} could not be written. It is tried again; until then nothing past that offset is committed. ${textOf(cause)}`,
    facts: { topic, partition, offset },
    cause,
  });
}

function poisonError({ owner, offset, attempts, event }: Entry, { reason, error }: Failure) {
  const at = `${owner.topic}/${owner.partition} offset ${offset}`;
  return new EventstreamError('handler-failed', {
    message: `The record at ${at} could not be handled (${reason}, attempts: ${attempts}) and dead letters are off. Mend the handler, or turn them on. ${textOf(error)}`,
    facts: { type: event?.type ?? '', attempts },
    cause: error,
  });
}
