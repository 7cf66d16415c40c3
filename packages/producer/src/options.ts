import type { AnyCatalog, ContentMode, Serde } from '@eventstream/contracts';
import {
  type Clock,
  configError,
  createIdSource,
  type Duration,
  type Instrumentation,
  parseDuration,
  parseSize,
  type Size,
  systemClock,
  type TraceContext,
  type Transport,
} from '@eventstream/core';
import { javaPartitioner, type Partitioner } from './partitioner.ts';

/** What {@link createProducer} takes. Only `catalog`, `source` and `transport` are needed. */
export interface ProducerOptions<Source extends AnyCatalog> {
  /** The contracts that may be sent. */
  readonly catalog: Source;
  /** The CloudEvents source: who produces these events, such as `orders-api`. */
  readonly source: string;
  /** The way to the brokers. Connected by the first send; may be shared with other producers and consumers. */
  readonly transport: Transport;
  /** CloudEvents content mode. Default `binary`: attributes in headers, data in the value. */
  readonly mode?: ContentMode;
  /** Default JSON. */
  readonly serde?: Serde;
  /** Default {@link javaPartitioner}: what Kafka's Java client does. */
  readonly partitioner?: Partitioner;
  /**
   * What a send does while the transport's unacknowledged bytes are at their bound. `wait` (default): it waits its turn, in
   * the order of the calls. `reject`: it rejects with `buffer-full` at once.
   */
  readonly whenFull?: 'wait' | 'reject';
  /** The longest wait for room before `buffer-full`. Default `60s`. */
  readonly fullTimeout?: Duration;
  /** How much may wait for room or for a topic's metadata. Beyond it a send rejects with `buffer-full`. */
  readonly waiting?: {
    /** Default 10,000, at least 1. */
    readonly sends?: number;
    /** Default `16 MiB`. */
    readonly bytes?: Size;
  };
  /** The longest time to reach the brokers and to learn a topic's partitions. Default `10s`. */
  readonly connectTimeout?: Duration;
  /**
   * The longest time from the call to the receipt, after which the send rejects with `timeout` and the event may be stored or
   * not. Default: none of its own; the transport's delivery timeout bounds it.
   */
  readonly sendTimeout?: Duration;
  /** Each is attached to the moments of the producer and of its transport. */
  readonly instrumentation?: readonly Instrumentation[];
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Makes event ids. Default UUIDv7. */
  readonly idSource?: () => string;
}

/** What one send may say besides its data. */
export interface SendOptions {
  /** Overrides the contract's key; `null` for none. */
  readonly key?: string | null;
  /** The CloudEvents subject: what the event is about. Also the key of contracts that name none. */
  readonly subject?: string;
  /** Default: a new UUIDv7. Give your own where the same event may be sent twice, so that consumers can tell. */
  readonly id?: string;
  /** When it happened, milliseconds since the epoch, years 1970 to 9999. Default: now. */
  readonly time?: number;
  /** The trace context of the event's creation. When given it is kept: instrumentation does not replace it. */
  readonly trace?: TraceContext;
  /** Overrides the partitioner. */
  readonly partition?: number;
  /** More headers. Names of the envelope (`ce_…`, `content-type`, `traceparent`, `tracestate`) are refused. */
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
  /**
   * Takes the event back while it waits, which rejects the send with `aborted`. An event that was handed to the transport is
   * beyond recall: its outcome is told as it is.
   */
  readonly signal?: AbortSignal;
}

/** What the brokers said about one event. */
export interface Receipt {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As stored, milliseconds since the epoch: the event's time, or the broker's where the topic says LogAppendTime. */
  readonly timestamp: number;
  /** How many times the batch was sent, 1 when all went well. */
  readonly attempts: number;
  /** Milliseconds from the call of `send` to the receipt. */
  readonly latencyMs: number;
  /** Where the event is now: in Kafka's log, or only in this process's memory. */
  readonly durable: 'kafka' | 'memory';
}

/** What became of every event the producer took on. `sent + failed + unsentCount` is the number of sends. */
export interface ProducerCloseReport {
  readonly sent: number;
  /** Sends that were rejected before closing gave up on the rest. */
  readonly failed: number;
  /** Events without a receipt when closing ended, the first 100 of them. */
  readonly unsent: readonly { readonly id: string; readonly type: string; readonly topic: string }[];
  readonly unsentCount: number;
}

/** {@link ProducerOptions} with every default filled in and every unit resolved. */
export interface ProducerSettings {
  readonly catalog: AnyCatalog;
  readonly source: string;
  readonly transport: Transport;
  readonly mode: ContentMode;
  readonly serde: Serde | undefined;
  readonly partitioner: Partitioner;
  readonly rejectWhenFull: boolean;
  readonly fullTimeoutMs: number;
  readonly waitingSends: number;
  readonly waitingBytes: number;
  readonly connectTimeoutMs: number;
  readonly sendTimeoutMs: number | undefined;
  readonly clock: Clock;
  readonly nextId: () => string;
}

/** Checks the options at the call that made them, not at the first event. Throws `config-invalid`. */
export function resolveOptions<Source extends AnyCatalog>(options: ProducerOptions<Source>): ProducerSettings {
  const { source, clock = systemClock, whenFull = 'wait', mode = 'binary', waiting = {}, sendTimeout } = options;
  if (typeof source !== 'string' || source === '')
    throw configError('source', 'is empty. Name who produces the events, such as "orders-api".');
  if (whenFull !== 'wait' && whenFull !== 'reject')
    throw configError('whenFull', `is ${JSON.stringify(whenFull)}. Use "wait" or "reject".`);
  if (mode !== 'binary' && mode !== 'structured')
    throw configError('mode', `is ${JSON.stringify(mode)}. Use "binary" or "structured".`);
  const { sends = 10_000, bytes = '16 MiB' } = waiting;
  if (!Number.isInteger(sends) || sends < 1)
    throw configError('waiting.sends', `is ${sends}. Use a whole number from 1.`);
  return {
    catalog: options.catalog,
    source,
    transport: options.transport,
    mode,
    serde: options.serde,
    partitioner: options.partitioner ?? javaPartitioner,
    rejectWhenFull: whenFull === 'reject',
    fullTimeoutMs: parseDuration(options.fullTimeout ?? '60s', 'fullTimeout'),
    waitingSends: sends,
    waitingBytes: parseSize(bytes, 'waiting.bytes'),
    connectTimeoutMs: parseDuration(options.connectTimeout ?? '10s', 'connectTimeout'),
    sendTimeoutMs: sendTimeout === undefined ? undefined : parseDuration(sendTimeout, 'sendTimeout'),
    clock,
    nextId: options.idSource ?? createIdSource(() => clock.now()),
  };
}
