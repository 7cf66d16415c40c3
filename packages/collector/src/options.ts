import type { AnyCatalog } from '@eventstream/contracts';
import {
  type Clock,
  configError,
  type Duration,
  type Instrumentation,
  parseDuration,
  parseSize,
  type Random,
  type Size,
  systemClock,
  type Transport,
} from '@eventstream/core';
import type { Producer } from '@eventstream/producer';

/** What a write key may do. Write keys are public: they stand in every page. They tell sites apart; they keep nobody out. */
export interface WriteKeyOptions {
  /** Origins whose pages may send, exactly as browsers name them: `https://shop.example`, no path, no wildcard. */
  readonly origins: readonly string[];
  /**
   * Whether requests without an `Origin` header are taken. Default true: browsers always send one with a POST, so its absence
   * means a sender that is no page, which could have written any origin it liked.
   */
  readonly allowNoOrigin?: boolean;
}

/** Bounds of what is taken in. Every refusal names the limit and the actual figure. */
export interface CollectorLimitOptions {
  /** One request's body. Default `512 KiB`. */
  readonly requestBytes?: Size;
  /** One event as it stands in the body. Default `32 KiB`. */
  readonly eventBytes?: Size;
  /** Bodies of all requests together while they are read and answered; beyond it requests are answered 503. Default `64 MiB`. */
  readonly inFlightBytes?: Size;
  /** Events in one request. Default 500. */
  readonly events?: number;
  /** How deep an event's data may nest. Default 32. */
  readonly depth?: number;
  /** Object keys in one event's data, at all depths together. Default 1,000. */
  readonly keys?: number;
  /** Path and query. Default `8 KiB`. */
  readonly urlBytes?: Size;
  /** How long before its sending an event may have happened; an older one is dated back no further. Default `30d`. */
  readonly eventAge?: Duration;
  /** Stored events whose ids are remembered, so that a copy is answered `dup` and not stored again. Default 100,000; 0 for none. */
  readonly recentIds?: number;
}

interface CommonOptions<Source extends AnyCatalog> {
  /** The contracts that are taken, checked with the schemas the producer checks with. */
  readonly catalog: Source;
  /** Who may send, by write key. */
  readonly writeKeys: Readonly<Record<string, WriteKeyOptions>>;
  /** Where events are posted. Default `/v1/events`. */
  readonly path?: string;
  readonly limits?: CollectorLimitOptions;
  /**
   * The longest time until a request is answered; events without a receipt by then are answered `retry`, and may be stored or
   * not. Default `20s`, below the 30 s after which a tracker gives an answer up.
   */
  readonly answerTimeout?: Duration;
  /** Each is attached to the moments of the collector, and of its producer when it makes its own. */
  readonly instrumentation?: readonly Instrumentation[];
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** For the jitter of `Retry-After`. Default `Math.random`. */
  readonly random?: Random;
}

/** What {@link createCollector} takes: a `transport`, on which it makes a producer of its own, or a `producer` to share. */
export type CollectorOptions<Source extends AnyCatalog> = CommonOptions<Source> &
  (
    | {
        readonly transport: Transport;
        /** The CloudEvents source of the events. Default `web`. */
        readonly source?: string;
        readonly producer?: never;
      }
    | {
        /** Stays the caller's: the collector does not close it. */
        readonly producer: Producer<Source>;
        readonly transport?: never;
        readonly source?: never;
      }
  );

/** {@link CollectorLimitOptions} as numbers. */
export interface CollectorLimits {
  readonly requestBytes: number;
  readonly eventBytes: number;
  readonly inFlightBytes: number;
  readonly events: number;
  readonly depth: number;
  readonly keys: number;
  readonly urlBytes: number;
  readonly eventAgeMs: number;
  readonly recentIds: number;
}

/** Options with defaults filled in and units resolved. */
export interface CollectorSettings {
  readonly path: string;
  readonly limits: CollectorLimits;
  readonly answerTimeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

function count(value: number, option: string, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw configError(option, `is ${value}. Use a whole number from ${least}.`);
}

function resolveLimits(limits: CollectorLimitOptions): CollectorLimits {
  return {
    requestBytes: parseSize(limits.requestBytes ?? '512 KiB', 'limits.requestBytes'),
    eventBytes: parseSize(limits.eventBytes ?? '32 KiB', 'limits.eventBytes'),
    inFlightBytes: parseSize(limits.inFlightBytes ?? '64 MiB', 'limits.inFlightBytes'),
    events: count(limits.events ?? 500, 'limits.events'),
    depth: count(limits.depth ?? 32, 'limits.depth'),
    keys: count(limits.keys ?? 1_000, 'limits.keys'),
    urlBytes: parseSize(limits.urlBytes ?? '8 KiB', 'limits.urlBytes'),
    eventAgeMs: parseDuration(limits.eventAge ?? '30d', 'limits.eventAge'),
    recentIds: count(limits.recentIds ?? 100_000, 'limits.recentIds', 0),
  };
}

/** Checks the options when the collector is made. Throws `config-invalid`. */
export function resolveOptions<Source extends AnyCatalog>(options: CollectorOptions<Source>): CollectorSettings {
  const { path = '/v1/events', limits = {}, clock = systemClock, random = Math.random } = options;
  if (!path.startsWith('/') || path.includes('?'))
    throw configError('path', `${JSON.stringify(path)} is not a path. Use one such as "/v1/events".`);
  return {
    path,
    limits: resolveLimits(limits),
    answerTimeoutMs: parseDuration(options.answerTimeout ?? '20s', 'answerTimeout'),
    clock,
    random,
  };
}
