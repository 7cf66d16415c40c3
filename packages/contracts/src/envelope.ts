import { EventstreamError, type Header, type RecordView, type TraceContext } from '@eventstream/core';
import type { AnyContract } from './contract.ts';
import { decodeUtf8, jsonSerde, type Serde } from './serde.ts';

/** The CloudEvents 1.0 attributes of an event. */
export interface Envelope {
  /** UUIDv7 by default: unique per source, sortable by time. */
  readonly id: string;
  /** Who produced the event: a URI-reference such as `orders-api`. */
  readonly source: string;
  readonly type: string;
  /** When it happened, milliseconds since the Unix epoch. On the wire RFC 3339 with millisecond precision. */
  readonly time: number;
  readonly subject?: string;
  /** The contract and version of the data, such as `urn:eventstream:shop.order.placed:1`. */
  readonly dataschema?: string;
  /** W3C Trace Context of the event's creation. */
  readonly trace: TraceContext;
}

/** `binary`: attributes in headers, data in the value. `structured`: the whole event as one JSON value. CloudEvents Kafka binding §3. */
export type ContentMode = 'binary' | 'structured';

const structuredType = 'application/cloudevents+json';

/** Encodes events of one contract from one source. */
export interface EventEncoder {
  encode(envelope: Omit<Envelope, 'source' | 'type' | 'dataschema'>, data: unknown): EncodedEvent;
}

/** The value and headers of a record. */
export interface EncodedEvent {
  readonly value: string | Uint8Array;
  readonly headers: readonly Header[];
}

function pair(name: string, value: string): Header {
  return Object.freeze([name, value] as const);
}

function addTrace(headers: Header[], { traceparent, tracestate }: TraceContext): Header[] {
  if (traceparent !== undefined) headers.push(['traceparent', traceparent]);
  if (tracestate !== undefined) headers.push(['tracestate', tracestate]);
  return headers;
}

/** RFC 3339 of one time after another. Many events happen in one millisecond, and its text costs as much as all other headers. */
function timeTexts(): (time: number) => string {
  let last = Number.NaN;
  let text = '';
  return (time) => {
    if (time !== last) {
      text = new Date(time).toISOString();
      last = time;
    }
    return text;
  };
}

/** What an encoder is made for. */
export interface EncoderOptions {
  readonly contract: AnyContract;
  readonly source: string;
  /** Default `binary`. */
  readonly mode?: ContentMode;
  /** Default JSON. */
  readonly serde?: Serde;
}

/**
 * An encoder of CloudEvents 1.0 records for one contract. Headers that are equal for every event are made once and shared, so
 * that a driver may encode them once.
 *
 * @example
 * ```ts
 * import { createEncoder, decodeRecord, defineEvent } from '@eventstream/contracts';
 * import { z } from 'zod';
 *
 * const seen = defineEvent('shop.page.seen', { version: 1, topic: 'shop.pages', data: z.object({ url: z.string() }) });
 * const { value, headers } = createEncoder({ contract: seen, source: 'web' }).encode({ id: '1', time: 0, trace: {} }, { url: '/' });
 * console.assert(value === '{"url":"/"}' && headers.length === 7);
 * console.assert(typeof decodeRecord === 'function');
 * ```
 */
export function createEncoder(options: EncoderOptions): EventEncoder {
  const { contract, source, mode = 'binary', serde = jsonSerde } = options;
  return mode === 'binary' ? binaryEncoder(contract, source, serde) : structuredEncoder(contract, source, serde);
}

function binaryEncoder({ type, dataschema }: AnyContract, source: string, serde: Serde): EventEncoder {
  const version = pair('ce_specversion', '1.0');
  const typed = pair('ce_type', type);
  const sourced = pair('ce_source', source);
  const schema = pair('ce_dataschema', dataschema);
  const content = pair('content-type', serde.contentType);
  const timeText = timeTexts();
  return {
    encode({ id, time, subject, trace }, data) {
      const headers: Header[] = [version, typed, sourced, schema, content, ['ce_id', id], ['ce_time', timeText(time)]];
      if (subject !== undefined) headers.push(['ce_subject', subject]);
      return { value: serde.serialize(data), headers: addTrace(headers, trace) };
    },
  };
}

function structuredEncoder({ type, dataschema }: AnyContract, source: string, serde: Serde): EventEncoder {
  const contentType = pair('content-type', `${structuredType}; charset=UTF-8`);
  return {
    encode({ id, time, subject, trace }, data) {
      const body = serde.serialize(data);
      const content =
        typeof body === 'string' ? { data: JSON.parse(body) as unknown } : { data_base64: toBase64(body) };
      const attributes = {
        specversion: '1.0',
        type,
        source,
        id,
        time: new Date(time).toISOString(),
        subject,
        dataschema,
      };
      const value = JSON.stringify({ ...attributes, datacontenttype: serde.contentType, ...trace, ...content });
      return { value, headers: addTrace([contentType], trace) };
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** A decoded record: its envelope and its data, which is not validated yet. `data` is `null` for a tombstone. */
export interface DecodedRecord extends Envelope {
  readonly data: unknown;
}

function refuse(reason: string): never {
  throw new EventstreamError('envelope-invalid', {
    message: `The record is not a CloudEvents 1.0 event: ${reason}. Send it with the producer, or set the attributes.`,
    facts: { reason },
  });
}

/** Reads headers by lower-case name. The last header of a name wins, as Kafka's own `lastHeader` does. */
function headerReader(headers: RecordView['headers']): (name: string) => string | undefined {
  const found = new Map<string, Uint8Array>();
  for (const [name, value] of headers) if (value !== null) found.set(name.toLowerCase(), value);
  // Decoded when asked for: a header that is not ours may hold any bytes.
  return (name) => {
    const value = found.get(name);
    return value === undefined ? undefined : decodeUtf8(value, `header "${name}"`);
  };
}

function timeOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const time = Date.parse(text);
  return Number.isNaN(time) ? refuse(`time ${JSON.stringify(text)} is not RFC 3339`) : time;
}

function envelopeOf(get: (name: string) => string | undefined, timestamp: number): Envelope {
  const need = (name: string) => get(name) ?? refuse(`attribute "${name}" is missing`);
  if (need('specversion') !== '1.0') refuse(`specversion is ${JSON.stringify(get('specversion'))}, not "1.0"`);
  const optional = (name: string) => {
    const value = get(name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    id: need('id'),
    source: need('source'),
    type: need('type'),
    time: timeOf(get('time'), timestamp),
    ...optional('subject'),
    ...optional('dataschema'),
    trace: { ...optional('traceparent'), ...optional('tracestate') },
  };
}

/**
 * The event in a record, in binary or structured mode. Throws `envelope-invalid`, saying which part is wrong, for a record
 * that is not a CloudEvents 1.0 event.
 */
export function decodeRecord(
  record: Pick<RecordView, 'value' | 'headers' | 'timestamp'>,
  serde: Serde = jsonSerde,
): DecodedRecord {
  const header = headerReader(record.headers);
  if (header('content-type')?.startsWith(structuredType)) return decodeStructured(record, serde);
  // A plain `traceparent` header is what tracing tools read and write; `ce_traceparent` is the CloudEvents extension's name.
  const attribute = (name: string) => header(`ce_${name}`) ?? (name.startsWith('trace') ? header(name) : undefined);
  const envelope = envelopeOf(attribute, record.timestamp);
  return { ...envelope, data: record.value === null ? null : serde.deserialize(record.value) };
}

function decodeStructured(record: Pick<RecordView, 'value' | 'timestamp'>, serde: Serde): DecodedRecord {
  if (record.value === null) return refuse('a structured event has no value');
  const event = jsonSerde.deserialize(record.value);
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return refuse('a structured event is not a JSON object');
  const attributes = event as Readonly<Record<string, unknown>>;
  const envelope = envelopeOf((name) => {
    const value = attributes[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : refuse(`attribute "${name}" is not a string`);
  }, record.timestamp);
  const encoded = attributes['data_base64'];
  if (typeof encoded !== 'string') return { ...envelope, data: attributes['data'] ?? null };
  return { ...envelope, data: serde.deserialize(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))) };
}
