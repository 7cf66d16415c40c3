import type { Header, RecordView } from '@eventstream/core';
import type { Entry } from './entry.ts';
import type { Failure } from './failure.ts';

const prefix = 'es-dead-';
const messageLimit = 1000;
const utf8 = new TextDecoder();

/** The circumstances of one dead letter. */
export interface Death {
  readonly failure: Failure;
  readonly group: string;
  /** Names the process. */
  readonly consumer: string;
  /** The version of the contract the consumer knows for the type. */
  readonly version: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The text of a record's last header of a name, or `undefined`. */
export function headerText(headers: RecordView['headers'], name: string): string | undefined {
  const value = headers.findLast(([other]) => other.toLowerCase() === name)?.[1];
  return value === undefined || value === null ? undefined : utf8.decode(value);
}

function describe(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: typeof error, message: typeof error === 'string' ? error : '' };
}

function timesDead(headers: RecordView['headers']): number {
  const count = Number(headerText(headers, `${prefix}count`) ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/**
 * The headers of a dead letter: the record's own as they are, then why, where and when it died. What an earlier death wrote is
 * replaced, but for the first failure, and counted.
 */
export function deadLetterHeaders(entry: Entry, death: Death): Header[] {
  const { owner, record, offset, attempts, event } = entry;
  const { failure, group, consumer, version, now } = death;
  const { name, message } = describe(failure.error);
  const died = new Date(now).toISOString();
  const firstFailed = new Date(entry.firstFailedAt ?? now).toISOString();
  const facts: Readonly<Record<string, string>> = {
    reason: failure.reason,
    message: message.slice(0, messageLimit),
    error: name,
    attempts: String(attempts),
    topic: owner.topic,
    partition: String(owner.partition),
    offset: String(offset),
    timestamp: String(record.timestamp),
    group,
    time: died,
    type: event?.type ?? headerText(record.headers, 'ce_type') ?? '',
    version: version === undefined ? '' : String(version),
    consumer,
    'first-failed': headerText(record.headers, `${prefix}first-failed`) ?? firstFailed,
    'last-failed': died,
    count: String(timesDead(record.headers) + 1),
  };
  const own = record.headers.filter(([header]) => !header.startsWith(prefix));
  return [...own, ...Object.entries(facts).map(([fact, value]): Header => [`${prefix}${fact}`, value])];
}
