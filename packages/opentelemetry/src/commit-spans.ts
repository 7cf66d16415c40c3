import type { Moments } from '@eventstream/core';
import { type Attributes, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { Settings } from './options.ts';
import type { Providers } from './providers.ts';
import { keys, operationTypes, system } from './semconv.ts';
import type { SpanErrors } from './span-errors.ts';

/** What commit spans stand on. */
export interface CommitSpansParts {
  readonly settings: Settings;
  readonly providers: Providers;
  readonly errors: SpanErrors;
}

function attributesOf(group: string): Attributes {
  return {
    [keys.system]: system,
    [keys.operationName]: 'commit',
    [keys.operationType]: operationTypes.commit,
    [keys.group]: group,
  };
}

/**
 * `commit` spans, each a trace of its own: a commit settles many events and belongs to no one of them. Made when the answer is
 * there, so a sampler sees all there is to see.
 */
export class CommitSpans {
  readonly #parts: CommitSpansParts;

  constructor(parts: CommitSpansParts) {
    this.#parts = parts;
  }

  committed({ topic, partition, group, offset, durationMs }: Moments['consumer.committed']): void {
    const attributes = {
      ...attributesOf(group),
      [keys.destination]: topic,
      [keys.partition]: String(partition),
      [keys.kafkaOffset]: offset,
    };
    const startTime = this.#parts.settings.clock.now() - durationMs;
    this.#start(`commit ${topic}`, attributes, startTime)?.end();
  }

  /** What failed names no partition and no duration: the span has no destination and no length. */
  failed({ group, error }: Moments['consumer.commit-failed']): void {
    const span = this.#start('commit', attributesOf(group), this.#parts.settings.clock.now());
    if (span === undefined) return;
    try {
      this.#parts.errors.mark(span, error);
    } finally {
      span.end();
    }
  }

  #start(name: string, attributes: Attributes, startTime: number) {
    const options = { kind: SpanKind.CLIENT, attributes, startTime };
    return this.#parts.providers.tracer?.startSpan(name, options, ROOT_CONTEXT);
  }
}
