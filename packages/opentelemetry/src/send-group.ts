import type { Sending, TraceContext } from '@eventstream/core';
import type { Attributes, Span } from '@opentelemetry/api';
import { keys, ownKeys } from './semconv.ts';
import type { SendLinks } from './send-links.ts';

/** What a group of sends is begun with. */
export interface SendGroupInit {
  readonly first: Sending;
  /** The span active when the group began: only sends under the same one may join. */
  readonly ambient: Span | undefined;
  readonly span: Span | undefined;
  /** The creation context to be written into each event; `undefined` when each brings its own. */
  readonly creation: TraceContext | undefined;
  /** Present when each event brings its own creation context. */
  readonly links: SendLinks | undefined;
}

/** How one event of a group ended. */
export interface SendOutcome {
  readonly sending: Sending;
  readonly durationMs: number;
  readonly offset?: number;
  readonly attempts?: number;
  readonly error?: unknown;
}

/** Events that went to one partition in one turn and share one `send` span: their counts, and what the span says at its end. */
export class SendGroup {
  readonly init: SendGroupInit;
  /** While true, more events may join. */
  open = true;
  /** The longest time an event took. All began in one turn, so it is the group's own. */
  durationMs = 0;
  count = 0;
  /** What the failed ones failed with. */
  readonly errors: unknown[] = [];
  /** The partition all settled events went to; −1 while there is none, or not one. */
  partition = -1;
  #settled = 0;
  #offset: number | undefined;
  #attempts = 1;
  #oneType = true;

  constructor(init: SendGroupInit) {
    this.init = init;
  }

  get finished(): boolean {
    return !this.open && this.#settled === this.count;
  }

  /** Whether an event that was sent under `ambient`, with or without a context of its own, may share this group's span. */
  takes(ambient: Span | undefined, broughtContext: boolean): boolean {
    return this.init.ambient === ambient && (this.init.links !== undefined) === broughtContext;
  }

  join(sending: Sending): void {
    this.count += 1;
    this.#oneType &&= sending.type === this.init.first.type;
  }

  settle(outcome: SendOutcome): void {
    const { partition } = outcome.sending;
    this.partition = this.#settled === 0 || partition === this.partition ? partition : -1;
    this.#settled += 1;
    this.durationMs = Math.max(this.durationMs, outcome.durationMs);
    this.#attempts = Math.max(this.#attempts, outcome.attempts ?? 1);
    this.#offset = outcome.offset;
    if (outcome.error !== undefined) this.errors.push(outcome.error);
  }

  /** What is only known once all is settled. An event's own attributes are there only when it was alone. */
  endAttributes(): Attributes {
    const attributes: Attributes = {};
    if (this.partition >= 0) attributes[keys.partition] = String(this.partition);
    if (this.#oneType) attributes[keys.eventType] = this.init.first.type;
    if (this.count > 1) attributes[keys.batchCount] = this.count;
    else attributes[keys.messageId] = this.init.first.id;
    if (this.count === 1 && this.#offset !== undefined) attributes[keys.kafkaOffset] = this.#offset;
    if (this.#attempts > 1) attributes[ownKeys.sendAttempts] = this.#attempts;
    if (this.count > 1 && this.errors.length > 0) attributes[ownKeys.sendFailed] = this.errors.length;
    const dropped = this.init.links?.dropped ?? 0;
    if (dropped > 0) attributes[ownKeys.linksDropped] = dropped;
    return attributes;
  }
}
