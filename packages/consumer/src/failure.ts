import type { EventstreamError } from '@eventstream/core';

/**
 * Why a record became a dead letter; stands in `es-dead-reason`. `handler-failed`: the attempts are used up, or the error says
 * that a retry cannot help. `rejected`: the handler threw a DeadLetterError. The others: it never reached a handler.
 */
export type DeadReason = 'handler-failed' | 'rejected' | 'envelope-invalid' | 'event-unknown' | 'event-invalid';

/** Why one record cannot be settled as done. */
export interface Failure {
  readonly reason: DeadReason;
  readonly error: unknown;
}

/** What goes wrong around the handlers and mends itself, by place. Shown in the status until it is over. */
export type TroublePlace = 'transport' | 'commit' | 'dead-letter';

/** The trouble a consumer is in. */
export class Trouble {
  readonly #errors = new Map<TroublePlace, EventstreamError>();

  at(place: TroublePlace, error: EventstreamError): void {
    this.#errors.set(place, error);
  }

  over(place: TroublePlace): void {
    if (this.#errors.size > 0) this.#errors.delete(place);
  }

  get all(): readonly EventstreamError[] {
    return [...this.#errors.values()];
  }
}
