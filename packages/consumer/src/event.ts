import type { Envelope } from '@eventstream/contracts';
import type { RecordView, TopicPartition } from '@eventstream/core';

/** An event as its handler gets it: the CloudEvents attributes, the validated data, and where the record stands. */
export interface ReceivedEvent<Type extends string = string, Data = unknown> extends Envelope, TopicPartition {
  readonly type: Type;
  /** Validated by the contract: unknown keys stripped, defaults filled in. Decoded afresh for every attempt. */
  readonly data: Data;
  /** The record's key as text; bytes that are not UTF-8 show as U+FFFD. */
  readonly key: string | null;
  readonly offset: number;
  /** The record's headers as fetched. Copy what you keep longer than the handler runs. */
  readonly headers: RecordView['headers'];
}

/** What a handler gets beside the event. */
export interface HandlerContext extends TopicPartition {
  /**
   * Fires when the outcome of this attempt no longer counts: the partition was revoked, the drain deadline or
   * `handlerTimeout` passed. Shared by the handlers of a partition: never rely on its listeners being few.
   */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. Counted within this ownership of the partition: a new owner starts at 1. */
  readonly attempt: number;
  /** How many attempts there are before the event becomes a dead letter. */
  readonly attempts: number;
  readonly offset: number;
  /** Rises with every assignment. With partition and offset it names this delivery. */
  readonly epoch: number;
  readonly group: string;
}

/**
 * Handles one event. Resolving means done; throwing means try again, unless the error is a {@link DeadLetterError} or an
 * EventstreamError that says a retry cannot help. Delivery is at least once: handle a repeated `event.id` as one.
 */
export type Handler<Type extends string = string, Data = unknown> = (
  event: ReceivedEvent<Type, Data>,
  context: HandlerContext,
) => unknown;
