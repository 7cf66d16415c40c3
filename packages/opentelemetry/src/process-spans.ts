import type { Handling, Moments } from '@eventstream/core';
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type ErrorTypes, isFailure } from './error-types.ts';
import { keyAttributes } from './key-attributes.ts';
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

const toCreation: Attributes = Object.freeze({ [ownKeys.linkTo]: 'creation' });
const toAmbient: Attributes = Object.freeze({ [ownKeys.linkTo]: 'ambient' });

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

function valid(spanContext: SpanContext | undefined): SpanContext | undefined {
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
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
    return runOnce(run, (inner) => context.with(trace.setSpan(context.active(), span), inner));
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
    const position = positionOf(handling);
    const deadLetterTopic = this.#unopened.get(position);
    this.#unopened.delete(position);
    if (settlement !== 'dead-lettered' || providers.tracer === undefined) return undefined;
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

  #start(handling: Handling, tracer: Tracer, startTime?: number): Span {
    const active = context.active();
    const ambient = valid(trace.getSpanContext(active));
    const creation = readTraceContext(handling.trace);
    const parent = this.#parent(handling, creation, ambient);
    const links: Link[] = [];
    if (creation !== undefined) links.push({ context: creation, attributes: toCreation });
    if (ambient !== undefined) links.push({ context: ambient, attributes: toAmbient });
    const name = `process ${handling.topic}`;
    const about = { kind: SpanKind.CONSUMER, attributes: this.#attributes(handling), links };
    const options = startTime === undefined ? about : { ...about, startTime };
    const within: Context = parent === undefined ? trace.deleteSpan(active) : trace.setSpanContext(active, parent);
    return tracer.startSpan(name, options, within);
  }

  #parent(handling: Handling, creation?: SpanContext, ambient?: SpanContext): SpanContext | undefined {
    const { traceStructure, parentWithinMs, clock } = this.#parts.settings;
    if (traceStructure === 'link') return undefined;
    if (traceStructure === 'parent') return creation;
    return ambient === undefined && clock.now() - handling.time <= parentWithinMs ? creation : undefined;
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
      ...keyAttributes(this.#parts.settings.captureKey, handling.key),
    };
    // Both are empty when the record is no event.
    if (handling.id !== '') attributes[keys.messageId] = handling.id;
    if (handling.type !== '') attributes[keys.eventType] = handling.type;
    return attributes;
  }
}
