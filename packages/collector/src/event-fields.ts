import type { SendOptions } from '@eventstream/producer';
import type { ResultDetail } from './results.ts';

/** When a request was sent and received, by two clocks. */
export interface RequestTimes {
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly eventAgeMs: number;
}

/** An event's fields, checked and turned into what the producer takes. */
export interface EventFields {
  readonly type: string;
  readonly data: unknown;
  readonly options: SendOptions;
}

type Fields = Readonly<Record<string, unknown>>;

const token = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;
const traceparentForm = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * When the event happened, by this machine's clock: as long before the arrival as it was before the sending by the sender's
 * clock. A visitor's clock may be years off; the distance between two of its readings is not. Bounded, since a clock that was
 * set in between makes the distance absurd.
 */
export function happenedAt(time: number, { sentAt, receivedAt, eventAgeMs }: RequestTimes): number {
  const age = Math.min(Math.max(0, sentAt - time), eventAgeMs);
  return Math.max(0, Math.round(receivedAt - age));
}

/** A W3C `traceparent` (Trace Context §3.2), or nothing: a broken one costs the trace, not the event. */
export function traceparentOf(value: unknown): string | undefined {
  return typeof value === 'string' && traceparentForm.test(value) ? value : undefined;
}

function issuesOf(fields: Fields): ResultDetail {
  const issues: { path: string; message: string }[] = [];
  const need = (path: string, holds: boolean, message: string) => {
    if (!holds) issues.push({ path, message });
  };
  const isToken = (value: unknown) => typeof value === 'string' && token.test(value);
  const words = 'is not 1 to 64 letters, digits, "-", "_", "." or ":"';
  need('type', typeof fields['type'] === 'string', 'is not a string');
  need('time', typeof fields['time'] === 'number' && Number.isFinite(fields['time']), 'is not a number');
  need('visitor', isToken(fields['visitor']), words);
  need('session', isToken(fields['session']), words);
  need('page', fields['page'] === undefined || typeof fields['page'] === 'string', 'is not a string');
  need('data', fields['data'] !== undefined, 'is missing');
  return issues;
}

/** The event for the producer, or what is wrong with its fields. */
export function eventFields(id: string, fields: Fields, times: RequestTimes): EventFields | ResultDetail {
  const issues = issuesOf(fields);
  if (issues.length > 0) return issues;
  const { type, time, visitor, session, page, data } = fields as {
    readonly [name: string]: unknown;
    readonly type: string;
    readonly time: number;
    readonly visitor: string;
    readonly session: string;
    readonly page?: string;
  };
  const traceparent = traceparentOf(fields['traceparent']);
  const headers = {
    'es-session': session,
    'es-received-at': String(times.receivedAt),
    ...(page === undefined ? {} : { 'es-page': page }),
  };
  const options: SendOptions = {
    id,
    time: happenedAt(time, times),
    subject: visitor,
    headers,
    ...(traceparent === undefined ? {} : { trace: { traceparent } }),
  };
  return { type, data, options };
}
