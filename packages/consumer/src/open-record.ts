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

type Writable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

function received({ owner, key, offset, record }: Entry, decode: Settings['decode']): Writable<ReceivedEvent> {
  const { value, headers, timestamp } = record;
  // Put into the decoder's object one by one: spreading or assigning costs more than all of decoding's other steps.
  const event = decode({ value, headers, timestamp }) as Writable<ReceivedEvent>;
  event.key = key;
  event.topic = owner.topic;
  event.partition = owner.partition;
  event.offset = offset;
  event.headers = headers;
  return event;
}

/**
 * Decodes and validates a record. Sets `entry.event` as soon as the envelope is read, so that telemetry and dead letters can
 * name the event even when its data is not valid.
 */
export function openRecord(entry: Entry, settings: Settings): Opened {
  if (entry.isTombstone) return { kind: 'nothing' };
  let event: Writable<ReceivedEvent>;
  try {
    event = received(entry, settings.decode);
  } catch (error) {
    return { kind: 'poison', failure: { reason: 'envelope-invalid', error } };
  }
  entry.event = event;
  const handler = settings.handlers.get(event.type);
  if (handler === undefined) return unknownType(event, settings);
  try {
    event.data = validateData(settings.catalog.contract(event.type), event.data);
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
