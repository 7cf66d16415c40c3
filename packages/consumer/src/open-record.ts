import { validateData } from '@eventstream/contracts';
import { EventstreamError } from '@eventstream/core';
import type { Entry } from './entry.ts';
import type { Handler, ReceivedEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { Settings } from './settings.ts';

/** What a record turns out to be: an event for a handler, nothing to handle, or poison. */
export type Opened =
  | { readonly kind: 'event'; readonly event: ReceivedEvent; readonly handler: Handler }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'poison'; readonly failure: Failure };

function received(entry: Entry, decode: Settings['decode']): ReceivedEvent {
  const { owner, key, offset } = entry;
  const { value, headers, timestamp } = entry.record;
  const { topic, partition } = owner;
  // Added rather than spread into another object: this is done for every event.
  return Object.assign(decode({ value, headers, timestamp }), { key, topic, partition, offset, headers });
}

/**
 * Decodes and validates a record. Sets `entry.event` as soon as the envelope is read, so that telemetry and dead letters can
 * name the event even when its data is not valid.
 */
export function openRecord(entry: Entry, settings: Settings): Opened {
  if (entry.isTombstone) return { kind: 'nothing' };
  let event: ReceivedEvent;
  try {
    event = received(entry, settings.decode);
  } catch (error) {
    return { kind: 'poison', failure: { reason: 'envelope-invalid', error } };
  }
  entry.event = event;
  const handler = settings.handlers.get(event.type);
  if (handler === undefined) return unknownType(event, settings);
  try {
    const data = validateData(settings.catalog.contract(event.type), event.data);
    // Nobody has seen it yet.
    (event as { data: unknown }).data = data;
  } catch (error) {
    return { kind: 'poison', failure: { reason: 'event-invalid', error } };
  }
  return { kind: 'event', event, handler };
}

function unknownType({ type }: ReceivedEvent, { skipUnknown, handlers }: Settings): Opened {
  if (skipUnknown) return { kind: 'nothing' };
  const known = [...handlers.keys()];
  const error = new EventstreamError('event-unknown', {
    message: `No handler for event type ${JSON.stringify(type)}. Define it in the catalog, or set unknownTypes to "skip".`,
    facts: { type, known },
  });
  return { kind: 'poison', failure: { reason: 'event-unknown', error } };
}
