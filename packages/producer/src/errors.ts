import { EventstreamError, isEventstreamError } from '@eventstream/core';
import type { Outgoing } from './outgoing.ts';

/** The rejection of a send that comes too late. */
export function closedError(): EventstreamError<'closed'> {
  return new EventstreamError('closed', {
    message: 'The producer is closed; the event was not sent. Send before close(), or create another producer.',
    facts: { what: 'producer' },
  });
}

/** The rejection of a send whose own deadline passed. */
export function timeoutError(outgoing: Outgoing, timeoutMs: number): EventstreamError<'timeout'> {
  const { type, topic } = outgoing;
  const fate = outgoing.waiting ? 'It was not sent.' : 'It may be stored or not.';
  return new EventstreamError('timeout', {
    message: `Sending "${type}" to "${topic}" had no answer within ${timeoutMs} ms. ${fate} Raise sendTimeout or look at the brokers.`,
    facts: { operation: 'send', timeoutMs },
  });
}

/** Anything thrown, as the SDK's one error class. */
export function asEventstreamError(error: unknown, where: string): EventstreamError {
  if (isEventstreamError(error)) return error;
  return new EventstreamError('internal', {
    message: `${where} failed in a way it should not: ${error instanceof Error ? error.message : typeof error}.`,
    facts: { where },
    cause: error,
  });
}
