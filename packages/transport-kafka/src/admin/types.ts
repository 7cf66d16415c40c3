import type { PartitionOffset, TopicPartition, WaitOptions } from '@eventstream/core';

/** A node of the cluster. */
export type BrokerInfo = {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
};

/** The cluster, as one of its nodes sees it. */
export type ClusterInfo = {
  readonly clusterId: string | null;
  /** -1 while there is none. */
  readonly controller: number;
  readonly brokers: readonly BrokerInfo[];
};

/** A topic and where its partitions are. */
export type TopicInfo = {
  readonly topic: string;
  /** Made and used by Kafka itself. */
  readonly internal: boolean;
  readonly partitions: readonly {
    readonly partition: number;
    /** -1 while there is none. */
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly inSync: readonly number[];
  }[];
};

/** What has configs. A broker is named by its id; without one, all brokers are meant. */
export type ConfigResource =
  | { readonly topic: string }
  | { readonly broker: number | 'all' }
  | { readonly group: string };

/** One config. */
export type ConfigInfo = {
  readonly name: string;
  /** Null when it has none, or is a secret. */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly isReadOnly: boolean;
  readonly isSensitive: boolean;
};

/** A group in a list. */
export type GroupListing = {
  readonly group: string;
  /** `consumer` for groups of consumers; empty for one that only holds offsets. */
  readonly protocolType: string;
  /** Empty before Kafka 2.6. */
  readonly state: string;
  /** `classic`, `consumer` or `share`; `classic` before Kafka 3.7. */
  readonly type: string;
};

/** A group and who is in it. */
export type GroupInfo = {
  readonly group: string;
  readonly state: string;
  readonly type: 'classic' | 'consumer';
  /** The assignor in use; empty when nobody is in the group. */
  readonly assignor: string;
  readonly members: readonly {
    readonly id: string;
    readonly instanceId: string | null;
    readonly clientId: string;
    readonly host: string;
    readonly partitions: readonly TopicPartition[];
  }[];
};

/** What a rule is about. `cluster` has one name, `kafka-cluster`. */
export type AclResource = 'topic' | 'group' | 'cluster' | 'transactionalId' | 'delegationToken' | 'user';

/** What a rule allows or forbids. */
export type AclOperation =
  | 'all'
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'alter'
  | 'describe'
  | 'clusterAction'
  | 'describeConfigs'
  | 'alterConfigs'
  | 'idempotentWrite';

/** A rule of access (KIP-290). */
export type AclRule = {
  /** `User:name`, or `User:*` for everybody. */
  readonly principal: string;
  readonly resource: AclResource;
  readonly name: string;
  /** Whether `name` is the name or the beginning of it. Default `literal`. */
  readonly pattern?: 'literal' | 'prefixed';
  readonly operation: AclOperation;
  /** Default `allow`. */
  readonly permission?: 'allow' | 'deny';
  /** Default `*`: from everywhere. */
  readonly host?: string;
};

/** Rules that are looked for: those that equal whatever is given. */
export type AclFilter = Partial<AclRule>;

/**
 * Administration beyond what the port has. Every call goes on until it is answered, for as long as a request may take, and rejects
 * with `broker-refused`, `authorization-failed`, `topic-missing`, `transport-unreachable`, `timeout` or `aborted`.
 */
export type KafkaAdmin = {
  /** The nodes, and which of them is the controller. */
  cluster(options?: WaitOptions): Promise<ClusterInfo>;
  /** The names of all topics that may be seen, internal ones too. */
  listTopics(options?: WaitOptions): Promise<readonly string[]>;
  /** Where the partitions of topics are. */
  describeTopics(topics: readonly string[], options?: WaitOptions): Promise<readonly TopicInfo[]>;
  /** Gives a topic more partitions, `total` of them in all. Keys move to other partitions then. */
  createPartitions(topic: string, total: number, options?: WaitOptions): Promise<void>;
  /** Every config of a topic, a broker or a group. */
  configs(resource: ConfigResource, options?: WaitOptions): Promise<readonly ConfigInfo[]>;
  /** Sets configs, or with null gives them back to their default; others stay as they are (KIP-339). */
  alterConfigs(
    resource: ConfigResource,
    changes: Readonly<Record<string, string | null>>,
    options?: WaitOptions,
  ): Promise<void>;
  /** Deletes what lies before the offsets; gives the first offset that is left in each partition. */
  deleteRecords(before: readonly PartitionOffset[], options?: WaitOptions): Promise<readonly PartitionOffset[]>;
  /** All groups that may be seen, of all coordinators. */
  listGroups(options?: WaitOptions): Promise<readonly GroupListing[]>;
  /** A group and its members. A group nobody knows is `Dead` and empty. */
  describeGroup(group: string, options?: WaitOptions): Promise<GroupInfo>;
  /** Deletes a group nobody is in, with its offsets. */
  deleteGroup(group: string, options?: WaitOptions): Promise<void>;
  /** Sets what a group has committed. Nobody may be in it. */
  setOffsets(group: string, offsets: readonly PartitionOffset[], options?: WaitOptions): Promise<void>;
  /** Forgets what a group has committed, of topics it does not read now. */
  deleteOffsets(group: string, partitions: readonly TopicPartition[], options?: WaitOptions): Promise<void>;
  /** The rules that match. */
  acls(filter?: AclFilter, options?: WaitOptions): Promise<readonly Required<AclRule>[]>;
  /** Adds rules. */
  createAcls(rules: readonly AclRule[], options?: WaitOptions): Promise<void>;
  /** Deletes the rules that match; gives them. An empty filter matches all. */
  deleteAcls(filter: AclFilter, options?: WaitOptions): Promise<readonly Required<AclRule>[]>;
};
