import {
  type Clock,
  configError,
  type Duration,
  parseDuration,
  parseSize,
  type Random,
  systemClock,
} from '@eventstream/core';
import type { KafkajsOptions, SaslOptions, TlsOptions } from './options.ts';

/** Options with every default filled in and every unit resolved. */
export interface Settings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl: boolean | TlsOptions;
  readonly sasl: SaslOptions | undefined;
  readonly lingerMs: number;
  readonly batchBytes: number;
  readonly batchRecords: number;
  readonly maxRequestBytes: number;
  readonly bufferBytes: number;
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
  readonly gzip: boolean;
  readonly deliveryTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly autoCreateTopics: boolean;
  readonly fetchMaxWaitMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

const acksOf = { all: -1, leader: 1, none: 0 } as const;

function brokerList(brokers: readonly string[] | string): readonly string[] {
  const list = (typeof brokers === 'string' ? brokers.split(',') : brokers)
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '')
    .map((broker) => (/:\d+$/.test(broker) ? broker : `${broker}:9092`));
  if (list.length === 0) throw configError('brokers', 'name at least one broker, such as "localhost:9092".');
  return list;
}

function between(option: string, value: number, bounds: readonly [least: number, most: number]): number {
  const [least, most] = bounds;
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw configError(option, `${value} is out of bounds. Use ${least} to ${most}.`);
}

function duration(option: string, value: Duration, bounds: readonly [least: number, most: number]): number {
  return between(option, parseDuration(value, option), bounds);
}

function sizes(options: KafkajsOptions): Pick<Settings, 'batchBytes' | 'maxRequestBytes' | 'bufferBytes'> {
  const maxRequestBytes = between('maxRequestBytes', parseSize(options.maxRequestBytes ?? '1 MiB', 'maxRequestBytes'), [
    1024,
    1024 ** 3,
  ]);
  const batchBytes = Math.min(parseSize(options.batchBytes ?? '256 KiB', 'batchBytes'), maxRequestBytes);
  const bufferBytes = parseSize(options.bufferBytes ?? '32 MiB', 'bufferBytes');
  return {
    maxRequestBytes,
    batchBytes: between('batchBytes', batchBytes, [1, maxRequestBytes]),
    bufferBytes: between('bufferBytes', bufferBytes, [1, Number.MAX_SAFE_INTEGER]),
  };
}

function producing(options: KafkajsOptions): Pick<Settings, 'acks' | 'idempotent'> {
  const acks = acksOf[options.acks ?? 'all'];
  if (acks === undefined) throw configError('acks', `"${options.acks}" is not understood. Use all, leader or none.`);
  if (options.idempotent === true && acks !== -1) {
    throw configError('idempotent', 'needs acks "all": brokers recognise a repeated batch only then.');
  }
  return { acks, idempotent: options.idempotent ?? acks === -1 };
}

/** Checks options and fills in defaults. Throws `config-invalid`, naming the option. */
export function resolveSettings(options: KafkajsOptions): Settings {
  const { compression = 'none' } = options;
  if (compression !== 'none' && compression !== 'gzip') {
    throw configError('compression', `"${compression}" is not available: kafkajs compresses with gzip only.`);
  }
  return {
    brokers: brokerList(options.brokers),
    clientId: options.clientId ?? 'eventstream',
    ssl: options.ssl ?? false,
    sasl: options.sasl,
    lingerMs: duration('linger', options.linger ?? 0, [0, 60_000]),
    ...sizes(options),
    batchRecords: between('batchRecords', options.batchRecords ?? 500, [1, 100_000]),
    ...producing(options),
    gzip: compression === 'gzip',
    deliveryTimeoutMs: duration('deliveryTimeout', options.deliveryTimeout ?? '2m', [10, 86_400_000]),
    connectTimeoutMs: duration('connectTimeout', options.connectTimeout ?? '10s', [10, 600_000]),
    requestTimeoutMs: duration('requestTimeout', options.requestTimeout ?? '30s', [100, 600_000]),
    autoCreateTopics: options.autoCreateTopics ?? false,
    fetchMaxWaitMs: duration('fetchMaxWait', options.fetchMaxWait ?? '250ms', [1, 60_000]),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}
