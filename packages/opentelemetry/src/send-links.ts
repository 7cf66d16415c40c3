import type { Sending } from '@eventstream/core';
import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { addKey } from './key-attributes.ts';
import type { Settings } from './options.ts';
import { keys } from './semconv.ts';

/** The links of one `send` span to the creation contexts its events brought along: each context once, up to `maxLinks`. */
export class SendLinks {
  dropped = 0;
  readonly #settings: Settings;
  readonly #seen = new Set<string>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The link for an event, or `undefined` when its context is linked already or the limit is reached. */
  next(sending: Sending, context: SpanContext): Link | undefined {
    const identity = `${context.traceId}${context.spanId}`;
    if (this.#seen.has(identity)) return undefined;
    if (this.#seen.size >= this.#settings.maxLinks) {
      this.dropped += 1;
      return undefined;
    }
    this.#seen.add(identity);
    const attributes: Attributes = { [keys.messageId]: sending.id };
    addKey(attributes, this.#settings.captureKey, sending.key);
    return { context, attributes };
  }

  add(sending: Sending, context: SpanContext, span: Span): void {
    const link = this.next(sending, context);
    if (link !== undefined) span.addLink(link);
  }
}
