import { type Clock, configError, type Duration, parseDuration, systemClock } from '@eventstream/core';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';

/**
 * How a handler's span relates to the context in which its event was created. Every choice links to that context.
 *
 * - `link`: the handler's span begins a trace of its own.
 * - `parent`: the handler's span is a child of the creation context, however old: one trace from click to handler.
 * - `auto`: `parent` while the event is younger than `parentWithin`, else `link`. Live traffic reads as one trace; a replay of
 *   last month does not write into last month's traces.
 */
export type TraceStructure = 'link' | 'parent' | 'auto';

/**
 * How many `send` spans there are.
 *
 * - `batch`: one for all events that are sent to one partition in one turn of the event loop under one active span. They share
 *   their creation context. An event sent alone has a span alone.
 * - `event`: one for each event, each its own creation context. Costs microseconds an event.
 * - `none`: none; the active span, if any, becomes the creation context.
 */
export type SendSpanMode = 'batch' | 'event' | 'none';

/** What becomes of a record's key. */
export type KeyCapture = false | 'hash' | true;

/** The options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** Default: the globally registered one, looked up late, so an SDK may be started after this. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the globally registered one, looked up late, so an SDK may be started after this. */
  readonly meterProvider?: MeterProvider;
  /** Default `auto`. */
  readonly traceStructure?: TraceStructure;
  /** The age up to which `auto` makes the creation context the parent. Default `'1m'`. */
  readonly parentWithin?: Duration;
  /** Default `batch`. */
  readonly sendSpans?: SendSpanMode;
  /** A span for each commit of each partition. Default false: commits are counted in `messaging.client.operation.duration`. */
  readonly commitSpans?: boolean;
  /**
   * Whether spans carry the record's key. Default `false`, since a key is often a person's id; the conventions recommend `true`.
   * `'hash'` lets spans of one key be found together. It is no protection: whoever can guess a key can compute its hash.
   */
  readonly captureKey?: KeyCapture;
  /**
   * Whether spans carry messages and stacks of errors, which may quote data. Default `true`; `false` leaves only `error.type`.
   */
  readonly recordExceptions?: boolean;
  /** Links on one `send` span, 0 to 1,000. Default 128, which is also the SDK's. Left-out links are counted on the span. */
  readonly maxLinks?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Options with every default filled in. */
export interface Settings {
  readonly tracerProvider: TracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly traceStructure: TraceStructure;
  readonly parentWithinMs: number;
  readonly sendSpans: SendSpanMode;
  readonly commitSpans: boolean;
  readonly captureKey: KeyCapture;
  readonly recordExceptions: boolean;
  readonly maxLinks: number;
  readonly clock: Clock;
}

const structures: readonly TraceStructure[] = ['link', 'parent', 'auto'];
const modes: readonly SendSpanMode[] = ['batch', 'event', 'none'];
const captures: readonly KeyCapture[] = [false, 'hash', true];
const flags: readonly boolean[] = [false, true];

function oneOf<Value>(option: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value;
  const list = allowed.map((each) => JSON.stringify(each)).join(', ');
  throw configError(option, `must be one of ${list}, not ${JSON.stringify(value)}.`);
}

function linkLimit(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 1000) return value;
  throw configError('maxLinks', `must be an integer from 0 to 1000, not ${value}.`);
}

/** Checks options and fills defaults in. Throws `config-invalid`. */
export function settingsOf(options: OpenTelemetryOptions): Settings {
  return {
    tracerProvider: options.tracerProvider,
    meterProvider: options.meterProvider,
    traceStructure: oneOf('traceStructure', options.traceStructure ?? 'auto', structures),
    parentWithinMs: parseDuration(options.parentWithin ?? '1m', 'parentWithin'),
    sendSpans: oneOf('sendSpans', options.sendSpans ?? 'batch', modes),
    commitSpans: oneOf('commitSpans', options.commitSpans ?? false, flags),
    captureKey: oneOf('captureKey', options.captureKey ?? false, captures),
    recordExceptions: oneOf('recordExceptions', options.recordExceptions ?? true, flags),
    maxLinks: linkLimit(options.maxLinks ?? 128),
    clock: options.clock ?? systemClock,
  };
}
