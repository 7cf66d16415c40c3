import type { Header, TraceContext } from '@eventstream/core';
import type { AnyContract } from './contract.ts';
import { jsonSerde, type Serde } from './serde.ts';

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

/** The content type of a structured event, without its parameters. */
export const structuredType = 'application/cloudevents+json';

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
