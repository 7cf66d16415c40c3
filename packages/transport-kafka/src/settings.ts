import {
  type Clock,
  configError,
  type Duration,
  parseDuration,
  parseSize,
  type Random,
  type Size,
  systemClock,
} from '@eventstream/core';
import type { FetchLimits } from './consume/fetch-request.ts';
import type { Assignor } from './group/assignors/assignor.ts';
import { type AssignorName, namedAssignors } from './group/assignors/named.ts';
import { type Address, parseAddress } from './network/address.ts';
import type { CompressionName, GroupProtocol, KafkaOptions, TlsOptions } from './options.ts';
import type { SaslMechanism } from './security/sasl/mechanism.ts';
import { mechanismOf } from './security/sasl/mechanisms.ts';

/** Options with every default filled in and every unit resolved. */
export type Settings = {
  readonly bootstrap: readonly Address[];
  readonly clientId: string;
  readonly ssl: boolean | TlsOptions;
  readonly openSocket: KafkaOptions['openSocket'];
  readonly mechanism: SaslMechanism | undefined;
  readonly lingerMs: number;
  readonly batchBytes: number;
  readonly maxRequestBytes: number;
  readonly bufferBytes: number;
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
  readonly compression: CompressionName;
  readonly deliveryTimeoutMs: number;
  readonly fetch: FetchLimits;
  readonly groupInstanceId: string | null;
  readonly groupProtocol: GroupProtocol;
  readonly serverAssignor: string | null;
  readonly assignors: readonly Assignor[];
  readonly rebalanceTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleMs: number;
  readonly metadataMaxAgeMs: number;
  readonly autoCreateTopics: boolean;
  readonly clock: Clock;
  readonly random: Random;
};

/** Names under which deployments keep the bootstrap list, in the order they are looked at. */
const environmentNames = ['KAFKA_BROKERS', 'KAFKA_BOOTSTRAP_SERVERS', 'BOOTSTRAP_SERVERS'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

const acksOf = { all: -1, leader: 1, none: 0 } as const;
const compressions: readonly CompressionName[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

function bootstrapList(brokers: KafkaOptions['brokers'], environment: Environment): readonly Address[] {
  const given = brokers ?? environmentNames.map((name) => environment[name]).find((value) => value) ?? '';
  const texts = (typeof given === 'string' ? given.split(',') : given).map((text) => text.trim());
  const list = texts.filter((text) => text !== '');
  if (list.length === 0) {
    throw configError(
      'brokers',
      `name at least one broker, such as "localhost:9092", here or in ${environmentNames[0]}.`,
    );
  }
  return list.map((text) => {
    const address = parseAddress(text);
    if (address === undefined) throw configError('brokers', `"${text}" is not understood. Write host:port.`);
    return address;
  });
}

const groupProtocols: readonly GroupProtocol[] = ['auto', 'classic', 'consumer'];
/** The first one all members have is used; the second is there to move to without stopping all members (KIP-429). */
const defaultAssignors: readonly AssignorName[] = ['range', 'cooperative-sticky'];

type Bounds = readonly [least: number, most: number];

function between(option: string, value: number, [least, most]: Bounds): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw configError(option, `${value} is out of bounds. Use ${least} to ${most}.`);
}

function duration(option: string, value: Duration, bounds: Bounds): number {
  return between(option, parseDuration(value, option), bounds);
}

function sizes(options: KafkaOptions): Pick<Settings, 'batchBytes' | 'maxRequestBytes' | 'bufferBytes'> {
  const maxRequestBytes = between('maxRequestBytes', parseSize(options.maxRequestBytes ?? '1 MiB', 'maxRequestBytes'), [
    1024,
    1024 ** 3,
  ]);
  const batchBytes = Math.min(parseSize(options.batchBytes ?? '128 KiB', 'batchBytes'), maxRequestBytes);
  const bufferBytes = parseSize(options.bufferBytes ?? '32 MiB', 'bufferBytes');
  return {
    maxRequestBytes,
    batchBytes: between('batchBytes', batchBytes, [1, maxRequestBytes]),
    bufferBytes: between('bufferBytes', bufferBytes, [1, Number.MAX_SAFE_INTEGER]),
  };
}

function producing(options: KafkaOptions): Pick<Settings, 'acks' | 'idempotent' | 'compression'> {
  const acks = acksOf[options.acks ?? 'all'];
  if (acks === undefined) throw configError('acks', `"${options.acks}" is not understood. Use all, leader or none.`);
  if (options.idempotent === true && acks !== -1) {
    throw configError('idempotent', 'needs acks "all": brokers recognise a repeated batch only then.');
  }
  const { compression = 'none' } = options;
  if (!compressions.includes(compression)) {
    throw configError('compression', `"${compression}" is not understood. Use ${compressions.join(', ')}.`);
  }
  return { acks, idempotent: options.idempotent ?? acks === -1, compression };
}

function grouping(
  options: KafkaOptions,
): Pick<Settings, 'groupInstanceId' | 'groupProtocol' | 'serverAssignor' | 'assignors' | 'rebalanceTimeoutMs'> {
  const { groupProtocol = 'auto', assignors: names = defaultAssignors } = options;
  if (!groupProtocols.includes(groupProtocol)) {
    throw configError('groupProtocol', `"${groupProtocol}" is not understood. Use ${groupProtocols.join(', ')}.`);
  }
  const known = Object.keys(namedAssignors);
  const unknown = names.find((name) => !known.includes(name));
  if (names.length === 0 || unknown !== undefined) {
    throw configError(
      'assignors',
      `${unknown === undefined ? 'none is named' : `"${unknown}" is not known`}. Use ${known.join(', ')}.`,
    );
  }
  return {
    groupInstanceId: options.groupInstanceId ?? null,
    groupProtocol,
    serverAssignor: options.serverAssignor ?? null,
    assignors: names.map((name) => namedAssignors[name]),
    rebalanceTimeoutMs: duration('rebalanceTimeout', options.rebalanceTimeout ?? '1m', [100, 3_600_000]),
  };
}

function consuming(options: KafkaOptions): Pick<Settings, 'fetch'> {
  const { isolation = 'committed' } = options;
  if (isolation !== 'committed' && isolation !== 'uncommitted') {
    throw configError('isolation', `"${isolation}" is not understood. Use committed or uncommitted.`);
  }
  const bytes = (option: string, value: Size): number => between(option, parseSize(value, option), [1, 0x7fff_ffff]);
  return {
    fetch: {
      maxWaitMs: duration('fetchMaxWait', options.fetchMaxWait ?? '500ms', [1, 60_000]),
      minBytes: 1,
      maxBytes: bytes('fetchBytes', options.fetchBytes ?? '16 MiB'),
      partitionMaxBytes: bytes('fetchPartitionBytes', options.fetchPartitionBytes ?? '1 MiB'),
      committedOnly: isolation === 'committed',
      rack: options.rack ?? '',
    },
  };
}

/** Checks options and fills in defaults. Throws `config-invalid`, naming the option. */
export function resolveSettings(options: KafkaOptions, environment: Environment = process.env): Settings {
  return {
    bootstrap: bootstrapList(options.brokers, environment),
    clientId: options.clientId ?? 'eventstream',
    ssl: options.ssl ?? false,
    openSocket: options.openSocket,
    mechanism: options.sasl === undefined ? undefined : mechanismOf(options.sasl),
    lingerMs: duration('linger', options.linger ?? 0, [0, 60_000]),
    ...sizes(options),
    ...producing(options),
    ...consuming(options),
    ...grouping(options),
    deliveryTimeoutMs: duration('deliveryTimeout', options.deliveryTimeout ?? '2m', [10, 86_400_000]),
    connectTimeoutMs: duration('connectTimeout', options.connectTimeout ?? '10s', [10, 600_000]),
    requestTimeoutMs: duration('requestTimeout', options.requestTimeout ?? '30s', [100, 600_000]),
    idleMs: duration('connectionIdle', options.connectionIdle ?? '9m', [1000, 86_400_000]),
    metadataMaxAgeMs: duration('metadataMaxAge', options.metadataMaxAge ?? '1m', [100, 86_400_000]),
    autoCreateTopics: options.autoCreateTopics ?? false,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}
