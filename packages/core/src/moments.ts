import type { Undo } from './clock.ts';
import type { EventstreamError } from './errors.ts';
import type { TopicPartition } from './transport.ts';

/** The trace context an event carries, W3C Trace Context. */
export interface TraceContext {
  traceparent?: string;
  tracestate?: string;
}

/** One event on its way out. The same object appears in `sending` and in `sent` or `failed`: use it as a map key. */
export interface Sending {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly bytes: number;
  /** True when the caller supplied the creation context, which must then be kept. */
  readonly traceSupplied: boolean;
  /** The one mutable part: a `producer.sending` listener may set it, and what stands there is written to the record. */
  readonly trace: TraceContext;
}

/** One event in its handler. The same object appears in every moment of its handling. */
export interface Handling extends TopicPartition {
  readonly offset: number;
  readonly group: string;
  readonly id: string;
  readonly type: string;
  readonly key: string | null;
  /** When the event happened, milliseconds since the epoch. */
  readonly time: number;
  readonly trace: TraceContext;
}

/** How an event's handling ended. */
export type Settlement = 'done' | 'dead-lettered' | 'dropped';

/**
 * Every moment the SDK publishes, by name: one table, so that listeners are typed and docs are derived. Durations are
 * milliseconds.
 */
export interface Moments {
  'transport.connected': { readonly transport: string };
  'transport.disconnected': { readonly transport: string; readonly reason: string };
  'transport.log': {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
  };
  'transport.batch': TopicPartition & {
    readonly records: number;
    readonly bytes: number;
    readonly attempts: number;
    readonly durationMs: number;
    readonly error?: EventstreamError;
  };
  'transport.retrying': TopicPartition & {
    readonly attempt: number;
    readonly delayMs: number;
    readonly reason: string;
  };
  'transport.rebalanced': {
    readonly group: string;
    readonly epoch: number;
    readonly assigned: readonly TopicPartition[];
    readonly revoked: readonly TopicPartition[];
  };
  'producer.sending': Sending;
  'producer.sent': {
    readonly sending: Sending;
    readonly offset: number;
    readonly attempts: number;
    readonly durationMs: number;
  };
  'producer.failed': { readonly sending: Sending; readonly error: EventstreamError; readonly durationMs: number };
  'producer.waiting': { readonly waiting: number };
  'consumer.received': TopicPartition & {
    readonly group: string;
    readonly records: number;
    readonly lag: number | null;
  };
  'consumer.handling': Handling;
  'consumer.retrying': {
    readonly handling: Handling;
    readonly attempt: number;
    readonly delayMs: number;
    readonly error: unknown;
  };
  'consumer.settled': {
    readonly handling: Handling;
    readonly settlement: Settlement;
    readonly attempts: number;
    readonly durationMs: number;
    readonly error?: unknown;
  };
  'consumer.dead-lettered': TopicPartition & {
    readonly group: string;
    readonly offset: number;
    readonly reason: string;
    readonly deadLetterTopic: string;
    readonly error?: unknown;
  };
  'consumer.stale': TopicPartition & { readonly group: string; readonly offset: number; readonly epoch: number };
  'consumer.committed': TopicPartition & {
    readonly group: string;
    readonly offset: number;
    readonly durationMs: number;
  };
  'consumer.commit-failed': { readonly group: string; readonly error: EventstreamError };
  'consumer.paused': TopicPartition & { readonly group: string; readonly unsettled: number };
  'consumer.resumed': TopicPartition & { readonly group: string; readonly unsettled: number };
  'collector.accepted': {
    readonly id: string;
    readonly type: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly durationMs: number;
  };
  'collector.refused': { readonly id: string; readonly type: string; readonly reason: string };
  'collector.request': {
    readonly status: number;
    readonly events: number;
    readonly bytes: number;
    readonly durationMs: number;
  };
}

/** The name of a moment. */
export type MomentName = keyof Moments;

type Listener<Name extends MomentName> = (moment: Moments[Name]) => void;

/**
 * Where one component publishes its moments. With nobody listening the cost is one property read: publishers ask
 * {@link MomentHub.wants} before they build the moment. A listener that throws is cut off from the path it watches: its error
 * goes to `onListenerError` and never to the publisher.
 *
 * @example
 * ```ts
 * import { MomentHub } from '@eventstream/core';
 *
 * const hub = new MomentHub();
 * const stop = hub.on('transport.connected', ({ transport }) => console.assert(transport === 'memory'));
 * if (hub.wants('transport.connected')) hub.publish('transport.connected', { transport: 'memory' });
 * stop();
 * ```
 */
export class MomentHub {
  readonly #listeners = new Map<MomentName, Set<Listener<never>>>();
  readonly #onListenerError: (error: unknown, name: MomentName) => void;

  /** @param onListenerError - Default: the error is dropped, since telemetry must not hurt what it watches. */
  constructor(onListenerError: (error: unknown, name: MomentName) => void = () => undefined) {
    this.#onListenerError = onListenerError;
  }

  /** Whether anybody listens to a moment. */
  wants(name: MomentName): boolean {
    return this.#listeners.has(name);
  }

  /** Calls `listener` for every such moment, synchronously, until undone. */
  on<Name extends MomentName>(name: Name, listener: Listener<Name>): Undo {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener as Listener<never>);
    return () => {
      listeners.delete(listener as Listener<never>);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  /** Tells every listener. */
  publish<Name extends MomentName>(name: Name, moment: Moments[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<Name>)(moment);
      } catch (error) {
        this.#onListenerError(error, name);
      }
    }
  }
}

/** What telemetry packages implement and `instrumentation` options take. */
export interface Instrumentation {
  /** Listens to a hub. Called once per hub, however many components share it. */
  attach(hub: MomentHub): void;
  /** Runs a handler inside a context of the instrumentation's own, such as an active span. Must call `run` exactly once. */
  aroundHandler?<Result>(handling: Handling, run: () => Result): Result;
}
