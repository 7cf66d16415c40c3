import { type ErrorCode, type EventstreamError, isEventstreamError } from '@eventstream/core';

/** Places and messages, never values. */
export type ResultDetail = readonly { readonly path: string; readonly message: string }[];

/**
 * What became of one event. `ok`: the brokers have it. `dup`: they have had it since an earlier copy. `rejected`: it will never be taken as it is. `retry`: the same event
 * may be taken later.
 */
export type EventResult =
  | { readonly r: 'ok' }
  | { readonly r: 'dup' }
  | { readonly r: 'rejected'; readonly reason: string; readonly detail?: ResultDetail }
  | { readonly r: 'retry'; readonly reason: string };

/** A result that is no success. */
export type RefusedResult = Exclude<EventResult, { readonly r: 'ok' | 'dup' }>;

const listedIssues = 20;

/** What lies in the event itself; everything else is the operator's trouble or the brokers', and passes. */
const eventsOwnFault: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'event-unknown',
  'event-invalid',
  'key-invalid',
  'record-too-large',
]);

/** A rejection with its details bounded. */
export function rejected(reason: string, detail: ResultDetail = []): RefusedResult {
  return detail.length === 0
    ? { r: 'rejected', reason }
    : { r: 'rejected', reason, detail: detail.slice(0, listedIssues) };
}

/** What a failed send means for whoever sent the event. */
export function failureResult(error: EventstreamError): RefusedResult {
  if (!eventsOwnFault.has(error.code)) return { r: 'retry', reason: error.code };
  if (isEventstreamError(error, 'event-invalid')) return rejected(error.code, error.facts.issues);
  if (isEventstreamError(error, 'record-too-large')) {
    const { bytes, limit } = error.facts;
    return rejected(error.code, [{ path: 'event', message: `has ${bytes} bytes as a record; the limit is ${limit}` }]);
  }
  return rejected(error.code);
}
