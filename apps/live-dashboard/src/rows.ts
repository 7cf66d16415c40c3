import { decodeRecord } from '@eventstream/contracts';
import type { RecordView, TopicPartition } from '@eventstream/core';

/** One event as the page shows it. `at` is `topic/partition`. */
export interface Row {
  readonly time: number;
  readonly type: string;
  readonly key: string;
  readonly at: string;
  readonly offset: number;
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where an event stood that could not be handled, and why. */
export interface DeadLetter {
  readonly at: string;
  readonly offset: number;
  readonly reason: string;
}

const shownBytes = 8192;
const utf8 = new TextDecoder();
const text = (bytes: Uint8Array | null) => (bytes === null ? '' : utf8.decode(bytes));
const headersOf = ({ headers }: RecordView) => Object.fromEntries(headers.map(([name, value]) => [name, text(value)]));

function typeAndTime(record: RecordView): { readonly type: string; readonly time: number } {
  try {
    const { type, time } = decodeRecord(record);
    return { type, time };
  } catch {
    return { type: '(not an event)', time: record.timestamp };
  }
}

export function rowOf({ topic, partition }: TopicPartition, record: RecordView): Row {
  const { offset, key, value } = record;
  const payload = value === null ? '(tombstone)' : utf8.decode(value.subarray(0, shownBytes));
  return {
    ...typeAndTime(record),
    key: text(key),
    at: `${topic}/${partition}`,
    offset,
    payload,
    headers: headersOf(record),
  };
}

export function deadLetterOf(record: RecordView): DeadLetter {
  const headers = headersOf(record);
  const at = `${headers['es-dead-topic']}/${headers['es-dead-partition']}`;
  return { at, offset: Number(headers['es-dead-offset']), reason: headers['es-dead-message'] ?? '' };
}
