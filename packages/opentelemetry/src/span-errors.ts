import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { ErrorTypes } from './error-types.ts';
import type { Settings } from './options.ts';
import { keys } from './semconv.ts';

/** Says on a span that and how it failed. */
export class SpanErrors {
  readonly #settings: Settings;
  readonly #types: ErrorTypes;

  constructor(settings: Settings, types: ErrorTypes) {
    this.#settings = settings;
    this.#types = types;
  }

  mark(span: Span, error: unknown): void {
    span.setAttribute(keys.errorType, this.#types.of(error));
    const detailed = this.#settings.recordExceptions && error instanceof Error;
    if (detailed) span.recordException(error);
    span.setStatus(detailed ? { code: SpanStatusCode.ERROR, message: error.message } : { code: SpanStatusCode.ERROR });
  }
}
