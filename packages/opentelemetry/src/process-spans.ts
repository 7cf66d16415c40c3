import type { Handling, Moments } from '@eventstream/core';
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type ErrorTypes, isFailure } from './error-types.ts';
import { addKey } from './key-attributes.ts';
import type { Settings } from './options.ts';
import type { Providers } from './providers.ts';
import { runOnce } from './run-once.ts';
import { keys, operationTypes, ownKeys, retryEvent, system } from './semconv.ts';
import type { SpanErrors } from './span-errors.ts';
import { readTraceContext } from './trace-context.ts';

/** What the consumer side stands on. */
export interface ProcessSpansParts {
  readonly settings: Settings;
  readonly providers: Providers;
  readonly types: ErrorTypes;
  readonly errors: SpanErrors;
}

type Position = Pick<Handling, 'topic' | 'partition' | 'offset' | 'group'>;

function isAt(handling: Handling, { topic, partition, group, offset }: Position): boolean {
  return (
    handling.offset === offset &&
    handling.partition === partition &&
    handling.topic === topic &&
    handling.group === group
  );
}

function positionOf({ topic, partition, offset, group }: Position): string {
  return `${topic}/${partition}/${offset}/${group}`;
}

function withSpan(spanContext: SpanContext | undefined): Context {
  return spanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** `process` spans: one for each event that is handled, whatever happens to it in between. */
export class ProcessSpans {
  readonly #parts: ProcessSpansParts;
  readonly #spans = new Map<Handling, Span>();
  /** Where dead letters went whose record could not even be opened, by position, until they are settled. */
  readonly #unopened = new Map<string, string>();

  constructor(parts: ProcessSpansParts) {
    this.#parts = parts;
  }

  begin(handling: Handling): void {
    const tracer = this.#parts.providers.tracer;
    if (tracer === undefined || this.#spans.has(handling)) return;
    this.#spans.set(handling, this.#start(handling, tracer));
  }

  around<Result>(handling: Handling, run: () => Result): Result {
    const span = this.#spans.get(handling);
    if (span === undefined) return run();
    return runOnce(run, (inner) => context.with(trace.setSpan(ROOT_CONTEXT, span), inner));
  }

  retrying({ handling, attempt, delayMs, error }: Moments['consumer.retrying']): void {
    this.#spans.get(handling)?.addEvent(retryEvent, {
      [ownKeys.retryAttempt]: attempt,
      [ownKeys.retryDelay]: delayMs / 1000,
      [keys.errorType]: this.#parts.types.of(error),
    });
  }

  deadLettered(moment: Moments['consumer.dead-lettered']): void {
    const [, span] = this.#find(moment) ?? [];
    if (span === undefined) this.#unopened.set(positionOf(moment), moment.deadLetterTopic);
    else span.setAttribute(ownKeys.deadLetterTopic, moment.deadLetterTopic);
  }

  settled(moment: Moments['consumer.settled']): void {
    const span = this.#take(moment.handling) ?? this.#unopenedSpan(moment);
    if (span === undefined) return;
    try {
      span.setAttribute(ownKeys.settlement, moment.settlement);
      if (moment.attempts > 1) span.setAttribute(ownKeys.handlerAttempts, moment.attempts);
      if (isFailure(moment)) this.#parts.errors.mark(span, moment.error);
    } finally {
      span.end();
    }
  }

  /** The partition is another member's now: what the handler did is discarded, and the other member's span counts. */
  stale(moment: Moments['consumer.stale']): void {
    this.#unopened.delete(positionOf(moment));
    const [handling] = this.#find(moment) ?? [];
    const span = handling === undefined ? undefined : this.#take(handling);
    span?.setAttribute(ownKeys.stale, true).end();
  }

  /** A record no handler saw because it could not be opened: its dead letter still deserves a span. */
  #unopenedSpan({ handling, settlement, durationMs }: Moments['consumer.settled']): Span | undefined {
    const { providers, settings } = this.#parts;
    if (settlement !== 'dead-lettered') return undefined;
    const position = positionOf(handling);
    const deadLetterTopic = this.#unopened.get(position);
    this.#unopened.delete(position);
    if (providers.tracer === undefined) return undefined;
    const span = this.#start(handling, providers.tracer, settings.clock.now() - durationMs);
    return deadLetterTopic === undefined ? span : span.setAttribute(ownKeys.deadLetterTopic, deadLetterTopic);
  }

  #take(handling: Handling): Span | undefined {
    const span = this.#spans.get(handling);
    this.#spans.delete(handling);
    return span;
  }

  /** By position, since these rare moments have no handling. As many are looked at as handlers run. */
  #find(position: Position): readonly [Handling, Span] | undefined {
    for (const entry of this.#spans) if (isAt(entry[0], position)) return entry;
    return undefined;
  }

  /**
   * Ignores what is active: nothing calls a handler, so a span that is active here is an accident of which request opened the
   * connection, and its baggage is none of the event's.
   */
  #start(handling: Handling, tracer: Tracer, startTime?: number): Span {
    const creation = readTraceContext(handling.trace);
    const within = this.#continues(handling) ? withSpan(creation) : ROOT_CONTEXT;
    const options = {
      kind: SpanKind.CONSUMER,
      attributes: this.#attributes(handling),
      links: creation === undefined ? [] : [{ context: creation }],
    };
    const timed = startTime === undefined ? options : { ...options, startTime };
    return tracer.startSpan(`process ${handling.topic}`, timed, within);
  }

  /** Whether the trace in which the event was created goes on here. */
  #continues({ time }: Handling): boolean {
    const { traceStructure, parentWithinMs, clock } = this.#parts.settings;
    return traceStructure === 'auto' ? clock.now() - time <= parentWithinMs : traceStructure === 'parent';
  }

  #attributes(handling: Handling): Attributes {
    const attributes: Attributes = {
      [keys.system]: system,
      [keys.operationName]: 'process',
      [keys.operationType]: operationTypes.process,
      [keys.destination]: handling.topic,
      [keys.partition]: String(handling.partition),
      [keys.group]: handling.group,
      [keys.kafkaOffset]: handling.offset,
    };
    addKey(attributes, this.#parts.settings.captureKey, handling.key);
    // Both are empty when the record is no event.
    if (handling.id !== '') attributes[keys.messageId] = handling.id;
    if (handling.type !== '') attributes[keys.eventType] = handling.type;
    return attributes;
  }
}
