import type { Handling } from '@eventstream/core';
import { headerText } from './dead-letter-headers.ts';
import type { Entry } from './entry.ts';

/** The one object that stands for an entry in every moment of its handling. Made when first asked for. */
export function handlingOf(entry: Entry, group: string): Handling {
  const { event, record, owner, key, offset } = entry;
  const { topic, partition } = owner;
  entry.handling ??= {
    topic,
    partition,
    offset,
    group,
    key,
    // A tombstone or a record that is no event may still say what it is; otherwise both are empty.
    id: event?.id ?? headerText(record.headers, 'ce_id') ?? '',
    type: event?.type ?? headerText(record.headers, 'ce_type') ?? '',
    time: event?.time ?? record.timestamp,
    trace: event?.trace ?? {},
  };
  return entry.handling;
}
