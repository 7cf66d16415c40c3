import { isAtLeast, type KafkaRelease } from '../cluster/releases.ts';

/** How a config's text is read; DescribeConfigs names it by Kafka's type number. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password';

/** One known config: its default, its type, and what narrows the values it takes. */
export type ConfigDefinition = {
  readonly name: string;
  readonly type: ConfigType;
  /** Null where there is none. */
  readonly default: string | null;
  /** The closed set it takes; of a list, its items. */
  readonly values?: readonly string[];
  /** What each item of a list looks like. */
  readonly items?: RegExp;
  readonly min?: number;
  readonly max?: number;
  /** Whether it is shown, but not to be changed by clients. Default false. */
  readonly readOnly?: boolean;
  /** The first release that knows it. Default: all do. */
  readonly since?: KafkaRelease;
  /** The first release that does not know it any more. */
  readonly until?: KafkaRelease;
  /** Defaults that it had before, each with the first release that had the next one, oldest first. */
  readonly former?: readonly (readonly [until: KafkaRelease, value: string])[];
  /** Whether the release does not know it, and clients neither see nor set it; its default holds. */
  readonly isHidden?: boolean;
};

const NO_BOUND = '9223372036854775807';

/** The format that a release wrote by default. */
const formatVersions = [
  ['2.4', '2.1-IV2'],
  ['2.8', '2.4-IV1'],
  ['3.0', '2.8-IV1'],
] as const;

/** A partition and a replica of it, or all. */
const throttled = /^(\d+:\d+|\*)$/;

/** One bound for times ahead and behind, before KIP-937 gave each its own. */
export const TIMESTAMP_DIFFERENCE = 'message.timestamp.difference.max.ms';

/** Topic configs of Kafka with Kafka's defaults. All are stored and described; the docs say which have an effect. */
const topicConfigDefinitions: readonly ConfigDefinition[] = [
  { name: 'cleanup.policy', type: 'list', default: 'delete', values: ['delete', 'compact'] },
  {
    name: 'compression.type',
    type: 'string',
    default: 'producer',
    values: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  { name: 'compression.gzip.level', type: 'int', default: '-1', values: ['-1', ...'123456789'], since: '3.9' },
  { name: 'compression.lz4.level', type: 'int', default: '9', min: 1, max: 17, since: '3.9' },
  { name: 'compression.zstd.level', type: 'int', default: '3', min: -131_072, max: 22, since: '3.9' },
  { name: 'delete.retention.ms', type: 'long', default: '86400000', min: 0 },
  { name: 'file.delete.delay.ms', type: 'long', default: '60000', min: 0 },
  { name: 'flush.messages', type: 'long', default: '9223372036854775807', min: 1 },
  { name: 'flush.ms', type: 'long', default: '9223372036854775807', min: 0 },
  { name: 'follower.replication.throttled.replicas', type: 'list', default: '', items: throttled },
  { name: 'index.interval.bytes', type: 'int', default: '4096', min: 0 },
  { name: 'leader.replication.throttled.replicas', type: 'list', default: '', items: throttled },
  { name: 'local.retention.bytes', type: 'long', default: '-2', min: -2, since: '3.7' },
  { name: 'local.retention.ms', type: 'long', default: '-2', min: -2, since: '3.7' },
  { name: 'max.compaction.lag.ms', type: 'long', default: '9223372036854775807', min: 1, since: '2.4' },
  { name: 'max.message.bytes', type: 'int', default: '1048588', min: 0, former: [['2.8', '1000012']] },
  { name: 'message.downconversion.enable', type: 'boolean', default: 'true', until: '4.0' },
  { name: 'message.format.version', type: 'string', default: '3.0-IV1', until: '4.0', former: formatVersions },
  {
    name: 'message.timestamp.after.max.ms',
    type: 'long',
    default: '3600000',
    min: 0,
    since: '3.7',
    former: [['4.0', NO_BOUND]],
  },
  { name: 'message.timestamp.before.max.ms', type: 'long', default: '9223372036854775807', min: 0, since: '3.7' },
  { name: TIMESTAMP_DIFFERENCE, type: 'long', default: '9223372036854775807', min: 0, until: '4.0' },
  { name: 'message.timestamp.type', type: 'string', default: 'CreateTime', values: ['CreateTime', 'LogAppendTime'] },
  { name: 'min.cleanable.dirty.ratio', type: 'double', default: '0.5', min: 0, max: 1 },
  { name: 'min.compaction.lag.ms', type: 'long', default: '0', min: 0 },
  { name: 'min.insync.replicas', type: 'int', default: '1', min: 1 },
  { name: 'preallocate', type: 'boolean', default: 'false' },
  { name: 'remote.log.copy.disable', type: 'boolean', default: 'false', since: '3.9' },
  { name: 'remote.log.delete.on.disable', type: 'boolean', default: 'false', since: '3.9' },
  // A cluster without a remote storage manager refuses to turn it on.
  { name: 'remote.storage.enable', type: 'boolean', default: 'false', values: ['false'], since: '3.7' },
  { name: 'retention.bytes', type: 'long', default: '-1' },
  { name: 'retention.ms', type: 'long', default: '604800000', min: -1 },
  { name: 'segment.bytes', type: 'int', default: '1073741824', min: 1_048_576 },
  { name: 'segment.index.bytes', type: 'int', default: '10485760', min: 4 },
  { name: 'segment.jitter.ms', type: 'long', default: '0', min: 0 },
  { name: 'segment.ms', type: 'long', default: '604800000', min: 1 },
  { name: 'unclean.leader.election.enable', type: 'boolean', default: 'false' },
];

/** The configs of topics with the defaults they have in a release; those it does not know are hidden. */
export function topicConfigsOf(release: KafkaRelease): readonly ConfigDefinition[] {
  return topicConfigDefinitions.map((definition) => {
    const { since = release, until, former = [] } = definition;
    const isHidden = !isAtLeast(release, since) || (until !== undefined && isAtLeast(release, until));
    const [, value] = former.find(([next]) => !isAtLeast(release, next)) ?? [];
    return { ...definition, default: value ?? definition.default, isHidden };
  });
}

/** The broker config that a topic without its own takes; those left out have none. */
const brokerNames: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'log.cleanup.policy'],
  ['compression.gzip.level', 'compression.gzip.level'],
  ['compression.lz4.level', 'compression.lz4.level'],
  ['compression.type', 'compression.type'],
  ['compression.zstd.level', 'compression.zstd.level'],
  ['delete.retention.ms', 'log.cleaner.delete.retention.ms'],
  ['file.delete.delay.ms', 'log.segment.delete.delay.ms'],
  ['flush.messages', 'log.flush.interval.messages'],
  ['flush.ms', 'log.flush.interval.ms'],
  ['index.interval.bytes', 'log.index.interval.bytes'],
  ['local.retention.bytes', 'log.local.retention.bytes'],
  ['local.retention.ms', 'log.local.retention.ms'],
  ['max.compaction.lag.ms', 'log.cleaner.max.compaction.lag.ms'],
  ['max.message.bytes', 'message.max.bytes'],
  ['message.timestamp.after.max.ms', 'log.message.timestamp.after.max.ms'],
  ['message.timestamp.before.max.ms', 'log.message.timestamp.before.max.ms'],
  ['message.timestamp.type', 'log.message.timestamp.type'],
  ['min.cleanable.dirty.ratio', 'log.cleaner.min.cleanable.ratio'],
  ['min.compaction.lag.ms', 'log.cleaner.min.compaction.lag.ms'],
  ['min.insync.replicas', 'min.insync.replicas'],
  ['preallocate', 'log.preallocate'],
  ['retention.bytes', 'log.retention.bytes'],
  ['retention.ms', 'log.retention.ms'],
  ['segment.bytes', 'log.segment.bytes'],
  ['segment.index.bytes', 'log.index.size.max.bytes'],
  ['segment.jitter.ms', 'log.roll.jitter.ms'],
  ['segment.ms', 'log.roll.ms'],
  ['unclean.leader.election.enable', 'unclean.leader.election.enable'],
]);

/** The broker config that a topic without its own takes; `undefined` where there is none. */
export function brokerNameOf(topicConfig: string): string | undefined {
  return brokerNames.get(topicConfig);
}

/** Configs of single groups. Their defaults are the broker's `group.` configs. */
export const groupConfigDefinitions: readonly ConfigDefinition[] = [
  { name: 'consumer.heartbeat.interval.ms', type: 'int', default: '5000' },
  { name: 'consumer.session.timeout.ms', type: 'int', default: '45000' },
  { name: 'share.auto.offset.reset', type: 'string', default: 'latest' },
  { name: 'share.delivery.count.limit', type: 'int', default: '5' },
  { name: 'share.heartbeat.interval.ms', type: 'int', default: '5000' },
  {
    name: 'share.isolation.level',
    type: 'string',
    default: 'read_uncommitted',
    values: ['read_committed', 'read_uncommitted'],
  },
  { name: 'share.partition.max.record.locks', type: 'int', default: '2000' },
  { name: 'share.record.lock.duration.ms', type: 'int', default: '30000' },
  { name: 'share.session.timeout.ms', type: 'int', default: '45000' },
];

/** The broker config that stands in where a group has none of its own. */
export function brokerNameOfGroupConfig(name: string): string {
  return `group.${name}`;
}
