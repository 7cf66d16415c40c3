/** How a config's text is read; DescribeConfigs names it by Kafka's type number. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'long' | 'double' | 'list';

/** One known config: its default, its type, and what narrows the values it takes. */
export type ConfigDefinition = {
  readonly name: string;
  readonly type: ConfigType;
  readonly default: string;
  /** The closed set it takes; of a list, its items. */
  readonly values?: readonly string[];
  /** What each item of a list looks like. */
  readonly items?: RegExp;
  readonly min?: number;
  readonly max?: number;
};

/** A partition and a replica of it, or all. */
const throttled = /^(\d+:\d+|\*)$/;

/** Topic configs of Kafka 4.x with Kafka's defaults. All are stored and described; the docs say which have an effect. */
export const topicConfigDefinitions: readonly ConfigDefinition[] = [
  { name: 'cleanup.policy', type: 'list', default: 'delete', values: ['delete', 'compact'] },
  {
    name: 'compression.type',
    type: 'string',
    default: 'producer',
    values: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  { name: 'compression.gzip.level', type: 'int', default: '-1', values: ['-1', ...'123456789'] },
  { name: 'compression.lz4.level', type: 'int', default: '9', min: 1, max: 17 },
  { name: 'compression.zstd.level', type: 'int', default: '3', min: -131_072, max: 22 },
  { name: 'delete.retention.ms', type: 'long', default: '86400000', min: 0 },
  { name: 'file.delete.delay.ms', type: 'long', default: '60000', min: 0 },
  { name: 'flush.messages', type: 'long', default: '9223372036854775807', min: 1 },
  { name: 'flush.ms', type: 'long', default: '9223372036854775807', min: 0 },
  { name: 'follower.replication.throttled.replicas', type: 'list', default: '', items: throttled },
  { name: 'index.interval.bytes', type: 'int', default: '4096', min: 0 },
  { name: 'leader.replication.throttled.replicas', type: 'list', default: '', items: throttled },
  { name: 'local.retention.bytes', type: 'long', default: '-2', min: -2 },
  { name: 'local.retention.ms', type: 'long', default: '-2', min: -2 },
  { name: 'max.compaction.lag.ms', type: 'long', default: '9223372036854775807', min: 1 },
  { name: 'max.message.bytes', type: 'int', default: '1048588', min: 0 },
  { name: 'message.timestamp.after.max.ms', type: 'long', default: '3600000', min: 0 },
  { name: 'message.timestamp.before.max.ms', type: 'long', default: '9223372036854775807', min: 0 },
  { name: 'message.timestamp.type', type: 'string', default: 'CreateTime', values: ['CreateTime', 'LogAppendTime'] },
  { name: 'min.cleanable.dirty.ratio', type: 'double', default: '0.5', min: 0, max: 1 },
  { name: 'min.compaction.lag.ms', type: 'long', default: '0', min: 0 },
  { name: 'min.insync.replicas', type: 'int', default: '1', min: 1 },
  { name: 'preallocate', type: 'boolean', default: 'false' },
  { name: 'remote.log.copy.disable', type: 'boolean', default: 'false' },
  { name: 'remote.log.delete.on.disable', type: 'boolean', default: 'false' },
  // A cluster without a remote storage manager refuses to turn it on.
  { name: 'remote.storage.enable', type: 'boolean', default: 'false', values: ['false'] },
  { name: 'retention.bytes', type: 'long', default: '-1' },
  { name: 'retention.ms', type: 'long', default: '604800000', min: -1 },
  { name: 'segment.bytes', type: 'int', default: '1073741824', min: 1_048_576 },
  { name: 'segment.index.bytes', type: 'int', default: '10485760', min: 4 },
  { name: 'segment.jitter.ms', type: 'long', default: '0', min: 0 },
  { name: 'segment.ms', type: 'long', default: '604800000', min: 1 },
  { name: 'unclean.leader.election.enable', type: 'boolean', default: 'false' },
];

/** The broker configs clients ask for. `auto.create.topics.enable` and the like show the options the cluster runs with. */
export const brokerConfigDefinitions: readonly ConfigDefinition[] = [
  { name: 'auto.create.topics.enable', type: 'boolean', default: 'true' },
  { name: 'compression.gzip.level', type: 'int', default: '-1' },
  { name: 'compression.lz4.level', type: 'int', default: '9' },
  {
    name: 'compression.type',
    type: 'string',
    default: 'producer',
    values: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  { name: 'compression.zstd.level', type: 'int', default: '3' },
  { name: 'default.replication.factor', type: 'int', default: '1' },
  { name: 'follower.replication.throttled.rate', type: 'long', default: '9223372036854775807' },
  { name: 'group.consumer.assignors', type: 'list', default: 'uniform,range', values: ['uniform', 'range'] },
  { name: 'group.consumer.heartbeat.interval.ms', type: 'int', default: '5000' },
  { name: 'group.consumer.max.size', type: 'int', default: '2147483647' },
  {
    name: 'group.consumer.migration.policy',
    type: 'string',
    default: 'bidirectional',
    values: ['disabled', 'upgrade', 'downgrade', 'bidirectional'],
  },
  { name: 'group.consumer.session.timeout.ms', type: 'int', default: '45000' },
  { name: 'group.initial.rebalance.delay.ms', type: 'int', default: '0' },
  { name: 'group.max.size', type: 'int', default: '2147483647' },
  { name: 'group.max.session.timeout.ms', type: 'int', default: '1800000' },
  { name: 'group.min.session.timeout.ms', type: 'int', default: '6000' },
  { name: 'leader.replication.throttled.rate', type: 'long', default: '9223372036854775807' },
  { name: 'log.cleanup.policy', type: 'list', default: 'delete' },
  { name: 'log.cleaner.backoff.ms', type: 'long', default: '15000', min: 0 },
  { name: 'log.message.timestamp.type', type: 'string', default: 'CreateTime' },
  { name: 'log.retention.bytes', type: 'long', default: '-1' },
  { name: 'log.retention.ms', type: 'long', default: '604800000' },
  { name: 'log.segment.bytes', type: 'int', default: '1073741824' },
  { name: 'max.connections', type: 'int', default: '2147483647' },
  { name: 'max.connections.per.ip', type: 'int', default: '2147483647' },
  { name: 'max.connections.per.ip.overrides', type: 'string', default: '' },
  { name: 'message.max.bytes', type: 'int', default: '1048588' },
  { name: 'min.insync.replicas', type: 'int', default: '1' },
  { name: 'num.partitions', type: 'int', default: '1' },
  { name: 'offset.metadata.max.bytes', type: 'int', default: '4096' },
  { name: 'offsets.retention.check.interval.ms', type: 'long', default: '600000' },
  { name: 'offsets.retention.minutes', type: 'int', default: '10080' },
  { name: 'offsets.topic.num.partitions', type: 'int', default: '50' },
  {
    name: 'replica.alter.log.dirs.io.max.bytes.per.second',
    type: 'long',
    default: '9223372036854775807',
  },
  { name: 'replica.selector.class', type: 'string', default: '' },
  { name: 'telemetry.max.bytes', type: 'int', default: '1048576' },
  { name: 'transaction.max.timeout.ms', type: 'int', default: '900000' },
  { name: 'unclean.leader.election.enable', type: 'boolean', default: 'false' },
];

/** Broker configs that are called otherwise than the topic config they stand in for. */
const brokerNames: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'log.cleanup.policy'],
  ['max.message.bytes', 'message.max.bytes'],
  ['message.timestamp.type', 'log.message.timestamp.type'],
  ['retention.bytes', 'log.retention.bytes'],
  ['retention.ms', 'log.retention.ms'],
  ['segment.bytes', 'log.segment.bytes'],
]);

/** The broker config that a topic without its own takes. */
export function brokerNameOf(topicConfig: string): string {
  return brokerNames.get(topicConfig) ?? topicConfig;
}

/** Configs of single groups. Their defaults are the broker's `group.` configs. */
export const groupConfigDefinitions: readonly ConfigDefinition[] = [
  { name: 'consumer.heartbeat.interval.ms', type: 'int', default: '5000' },
  { name: 'consumer.session.timeout.ms', type: 'int', default: '45000' },
];

/** The broker config that stands in where a group has none of its own. */
export function brokerNameOfGroupConfig(name: string): string {
  return `group.${name}`;
}
