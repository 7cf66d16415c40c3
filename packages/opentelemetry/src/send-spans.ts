import type { Sending } from '@eventstream/core';
import {
  type Attributes,
  context,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { addKey } from './key-attributes.ts';
import type { MessagingMetrics } from './messaging-metrics.ts';
import type { Settings } from './options.ts';
import { PartitionMap } from './partition-map.ts';
import type { Providers } from './providers.ts';
import { keys, operationTypes, system } from './semconv.ts';
import { SendGroup, type SendOutcome } from './send-group.ts';
import { SendLinks } from './send-links.ts';
import type { SpanErrors } from './span-errors.ts';
import { inject, readTraceContext, writeTraceContext } from './trace-context.ts';

/** What the producer side stands on. */
export interface SendSpansParts {
  readonly settings: Settings;
  readonly providers: Providers;
  readonly metrics: MessagingMetrics;
  readonly errors: SpanErrors;
}

/** One event at the moment it is sent. */
interface Send {
  readonly sending: Sending;
  readonly ambient: Span | undefined;
  /** The creation context the event came with. */
  readonly brought: SpanContext | undefined;
}

function startAttributes({ topic, partition }: Sending): Attributes {
  const attributes: Attributes = {
    [keys.system]: system,
    [keys.operationName]: 'send',
    [keys.operationType]: operationTypes.send,
    [keys.destination]: topic,
  };
  // −1 while the producer does not know the topic's partitions yet; the span's end knows.
  if (partition >= 0) attributes[keys.partition] = String(partition);
  return attributes;
}

/**
 * `send` spans and the creation context of events. Events without a context get that of a PRODUCER span. Events that bring one
 * (from a browser, say) keep it, and a CLIENT span links to it.
 */
export class SendSpans {
  readonly #parts: SendSpansParts;
  readonly #open = new PartitionMap<SendGroup>();
  readonly #groups = new Map<Sending, SendGroup>();
  #closing = false;

  constructor(parts: SendSpansParts) {
    this.#parts = parts;
  }

  sending(sending: Sending): void {
    const { providers, settings } = this.#parts;
    const tracer = settings.sendSpans === 'none' ? undefined : providers.tracer;
    const ambient = trace.getSpan(context.active());
    const brought = readTraceContext(sending.trace);
    if (tracer === undefined && providers.instruments === undefined) {
      // Without an SDK the active context, if anything set one, still travels on.
      if (brought === undefined) inject(writeTraceContext(ambient?.spanContext()), sending.trace);
      return;
    }
    this.#join({ sending, ambient, brought }, tracer);
  }

  settled(outcome: SendOutcome): void {
    const group = this.#groups.get(outcome.sending);
    if (group === undefined) return;
    this.#groups.delete(outcome.sending);
    group.settle(outcome);
    this.#finish(group);
  }

  #join(send: Send, tracer: Tracer | undefined): void {
    const { sending, ambient, brought } = send;
    const open = this.#open.get(sending);
    const group = open?.takes(ambient, brought !== undefined) === true ? open : this.#begin(send, tracer);
    group.join(sending);
    this.#groups.set(sending, group);
    if (brought === undefined) inject(group.init.creation, sending.trace);
    else if (group === open && group.init.span !== undefined) {
      group.init.links?.add(sending, brought, group.init.span);
    }
  }

  #begin({ sending, ambient, brought }: Send, tracer: Tracer | undefined): SendGroup {
    const links = brought === undefined ? undefined : new SendLinks(this.#parts.settings);
    const link = brought === undefined ? undefined : links?.next(sending, brought);
    const span = tracer?.startSpan(`send ${sending.topic}`, {
      kind: brought === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT,
      attributes: startAttributes(sending),
      links: link === undefined ? [] : [link],
    });
    const creation = brought === undefined ? writeTraceContext((span ?? ambient)?.spanContext()) : undefined;
    const group = new SendGroup({ first: sending, ambient, span, creation, links });
    if (this.#parts.settings.sendSpans === 'event') group.open = false;
    else this.#keepOpen(group);
    return group;
  }

  /** Keeps a group open until the turn ends; one microtask a turn, however many events. */
  #keepOpen(group: SendGroup): void {
    const replaced = this.#open.get(group.init.first);
    this.#open.set(group.init.first, group);
    if (!this.#closing) {
      this.#closing = true;
      queueMicrotask(() => this.#closeAll());
    }
    if (replaced !== undefined) this.#close(replaced);
  }

  #closeAll(): void {
    this.#closing = false;
    for (const group of this.#open.take()) {
      try {
        this.#close(group);
      } catch {
        // Nobody stands above a microtask: a span hook's error here would be the process's uncaught exception.
      }
    }
  }

  #close(group: SendGroup): void {
    group.open = false;
    this.#finish(group);
  }

  #finish(group: SendGroup): void {
    if (!group.finished) return;
    try {
      this.#parts.metrics.sent(group);
    } finally {
      if (group.init.span !== undefined) this.#end(group, group.init.span);
    }
  }

  #end(group: SendGroup, span: Span): void {
    if (span.isRecording()) {
      const attributes = group.endAttributes();
      if (group.count === 1) addKey(attributes, this.#parts.settings.captureKey, group.init.first.key);
      span.setAttributes(attributes);
      if (group.errors.length > 0) this.#parts.errors.mark(span, group.errors[0]);
    }
    span.end();
  }
}
