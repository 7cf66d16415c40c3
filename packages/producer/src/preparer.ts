import {
  type AnyContract,
  createEncoder,
  type EncodedEvent,
  type EventEncoder,
  keyOf,
  validateData,
} from '@eventstream/contracts';
import {
  configError,
  EventstreamError,
  type Header,
  isEventstreamError,
  type MomentHub,
  type TraceContext,
} from '@eventstream/core';
import type { ProducerSettings, SendOptions } from './options.ts';
import { type OpenSending, Outgoing, type Settler } from './outgoing.ts';

/** The last millisecond of the year 9999: RFC 3339 has four digits for the year. */
const latestTime = 253_402_300_799_999;
const envelopeHeader = /^(ce_.*|content-type|traceparent|tracestate)$/i;

/** What a {@link Preparer} works with. */
export interface PreparerContext {
  readonly moments: MomentHub;
  readonly settler: Settler;
  partitionFor(topic: string, key: string | null): number;
}

const noTrace: TraceContext = Object.freeze({});

/** Turns the arguments of `send` into bytes, before `send` returns: the caller may change its objects afterwards. */
export class Preparer {
  readonly #settings: ProducerSettings;
  readonly #moments: MomentHub;
  readonly #context: PreparerContext;
  readonly #encoders = new Map<AnyContract, EventEncoder>();

  constructor(settings: ProducerSettings, context: PreparerContext) {
    this.#settings = settings;
    this.#moments = context.moments;
    this.#context = context;
  }

  /** Throws the typed error of whatever is wrong with the arguments. */
  prepare(type: string, input: unknown, options: SendOptions): Outgoing {
    const { catalog, clock, nextId } = this.#settings;
    const startedAt = clock.elapsed();
    const contract = catalog.contract(type);
    const data: unknown = validateData(contract, input);
    const { id = nextId(), subject } = options;
    if (id === '') throw configError('id', 'is empty. Leave it out for a new one.');
    const time = timeOf(options.time, clock.now());
    const key = options.key === undefined ? contractKey(contract, data, { subject, id }) : options.key;
    const partition = options.partition ?? this.#context.partitionFor(contract.topic, key);
    const { topic } = contract;
    const more = options.headers === undefined ? [] : moreHeaders(options.headers);
    const sending = this.#watched()
      ? this.#publishSending({ id, type, topic, partition, key, trace: { ...options.trace } })
      : undefined;
    const trace = sending?.trace ?? options.trace ?? noTrace;
    const envelope = subject === undefined ? { id, time, trace } : { id, time, trace, subject };
    const encoded = this.#encode(contract, envelope, data, sending);
    const { value } = encoded;
    if (sending !== undefined) sending.bytes = byteLength(value);
    const headers = more.length === 0 ? encoded.headers : [...encoded.headers, ...more];
    const record = { key, value, headers, time };
    return new Outgoing({ id, type, topic, record, startedAt, partition, sending }, this.#context.settler);
  }

  #watched(): boolean {
    const moments = this.#moments;
    return moments.wants('producer.sending') || moments.wants('producer.sent') || moments.wants('producer.failed');
  }

  /** In the caller's own turn, so that listeners see the caller's active span. */
  #publishSending(facts: Omit<OpenSending, 'bytes' | 'traceSupplied'>): OpenSending {
    const sending: OpenSending = { ...facts, bytes: 0, traceSupplied: facts.trace.traceparent !== undefined };
    this.#moments.publish('producer.sending', sending);
    return sending;
  }

  #encode(
    contract: AnyContract,
    envelope: Parameters<EventEncoder['encode']>[0],
    data: unknown,
    sending?: OpenSending,
  ): EncodedEvent {
    try {
      return this.#encoder(contract).encode(envelope, data);
    } catch (cause) {
      const error = isEventstreamError(cause) ? cause : serialisationError(contract, cause);
      // What was begun must be seen to end, or its span never does.
      if (sending !== undefined) this.#moments.publish('producer.failed', { sending, error, durationMs: 0 });
      throw error;
    }
  }

  #encoder(contract: AnyContract): EventEncoder {
    const known = this.#encoders.get(contract);
    if (known !== undefined) return known;
    const { source, mode, serde } = this.#settings;
    const encoder = createEncoder({ contract, source, mode, ...(serde === undefined ? {} : { serde }) });
    this.#encoders.set(contract, encoder);
    return encoder;
  }
}

function serialisationError({ type }: AnyContract, cause: unknown): EventstreamError<'event-invalid'> {
  const message = `cannot be serialised: ${cause instanceof Error ? cause.name : typeof cause}`;
  return new EventstreamError('event-invalid', {
    message: `Event "${type}" passed its schema but cannot be serialised. Use JSON types in the contract.`,
    facts: { type, issues: [{ path: 'data', message }] },
    cause,
  });
}

function timeOf(time: number | undefined, now: number): number {
  if (time === undefined) return now;
  if (time >= 0 && time <= latestTime) return Math.floor(time);
  throw configError('time', `is ${time}. Use milliseconds since 1970, not after the year 9999.`);
}

function contractKey(
  contract: AnyContract,
  data: unknown,
  context: { readonly subject: string | undefined; readonly id: string },
): string | null {
  try {
    return keyOf(contract, data, context);
  } catch (cause) {
    if (isEventstreamError(cause)) throw cause;
    throw new EventstreamError('key-invalid', {
      message: `The key function of "${contract.type}" threw. Make it total over what the schema allows.`,
      facts: { type: contract.type },
      cause,
    });
  }
}

function moreHeaders(headers: NonNullable<SendOptions['headers']>): Header[] {
  return Object.entries(headers).map(([name, value]) => {
    if (!envelopeHeader.test(name)) return [name, value];
    throw configError('headers', `"${name}" belongs to the envelope. Use another name.`);
  });
}

const utf8 = new TextEncoder();

function byteLength(value: string | Uint8Array): number {
  return typeof value === 'string' ? utf8.encode(value).length : value.length;
}
