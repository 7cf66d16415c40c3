import type { AclOptions } from '../acls/acl.ts';
import { MockBrokerError } from '../errors.ts';
import { MemoryNetwork } from '../network/memory-network.ts';
import type { QuotaOptions } from '../quotas/entity.ts';
import type { SaslOptions } from '../security/sasl/mechanisms.ts';
import type { TlsOptions } from '../security/tls.ts';
import type { UserOptions } from '../security/users.ts';
import type { BrokerSnapshot } from '../snapshot/snapshot.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type ListenerOptions, type ListenerSpec, resolveListeners, usesTls } from './listener-options.ts';
import { isAtLeast, type KafkaRelease, kafkaReleases } from './releases.ts';

/** A topic that is there from the start. */
export type TopicOptions = {
  readonly name: string;
  /** Default: the cluster's `partitions`. */
  readonly partitions?: number;
  /** Topic configs by Kafka's names, e.g. `{ 'max.message.bytes': '2000000' }`. */
  readonly configs?: Readonly<Record<string, string>>;
};

/** One node of a cluster. */
export type NodeOptions = {
  /** Where it stands. Metadata tells it, replicas are spread over it. Default: nobody knows. */
  readonly rack?: string;
};

/** How a mock cluster is laid out. Everything has a default; the object is never changed. */
export type MockBrokerOptions = {
  /**
   * Begins as a fork: with everything that was in another cluster when `broker.snapshot()` was called, with its options but
   * for the ports, and by its clock. Options given besides win; `nodes` has to stay as it was.
   */
  readonly from?: BrokerSnapshot;
  /** How many nodes, with consecutive ids; or each of them: `[{ rack: 'a' }, { rack: 'b' }]`. Default 1. */
  readonly nodes?: number | readonly NodeOptions[];
  /**
   * From which replica consumers read. At `rack-aware` the leader sends those that name their rack (`client.rack`) to a
   * follower in it (KIP-392), as Kafka's RackAwareReplicaSelector does. Default `leader`, as a real broker's.
   */
  readonly replicaSelector?: 'leader' | 'rack-aware';
  /** The first node's id. Default 1; Kafka's own examples also begin with 0. */
  readonly firstNodeId?: number;
  /** The first node's port; the others take the following ones. Default 0: free ports. Of several listeners, the first's. */
  readonly port?: number;
  /** A port for every node, instead of `port`. */
  readonly ports?: readonly number[];
  /**
   * How clients reach it. With `memory` no socket is opened: clients connect through `broker.network`, as kafkajs does with
   * `socketFactory: broker.network.socketFactory`. Not for TLS. Default `tcp`.
   */
  readonly transport?: 'tcp' | 'memory';
  /**
   * A port on `127.0.0.1` where the state of the cluster is told over HTTP, as JSON; 0: a free one, see
   * {@link MockBroker.inspectUrl}. Default: none. Whoever may connect to loopback may read all records there.
   */
  readonly inspectPort?: number;
  /** How many of the last requests `broker.requests()` knows. Default 1000, 0: none. */
  readonly requestHistory?: number;
  /** The interface to bind and advertise. Default `127.0.0.1`. */
  readonly host?: string;
  /** The doors of every node. Clients of each are told its addresses only. Default: one, `PLAINTEXT`. */
  readonly listeners?: readonly ListenerOptions[];
  /** Certificates, for listeners that speak TLS. */
  readonly tls?: TlsOptions;
  /** Users by name, for PLAIN and SCRAM: `{ alice: { password: 'secret' } }`. */
  readonly users?: Readonly<Record<string, UserOptions>>;
  /** How clients of SASL listeners authenticate, besides `users`. */
  readonly sasl?: SaslOptions;
  /** Who may do what: `{ superUsers: ['User:admin'] }` and rules. Default: everybody everything. */
  readonly acls?: AclOptions;
  /** How much users and clients may produce and fetch: `[{ user: 'alice', producerByteRate: 1e6 }]`; null means all others. */
  readonly quotas?: readonly QuotaOptions[];
  /**
   * Offers client telemetry (KIP-714), with subscriptions by name in the words of `kafka-client-metrics`:
   * `{ all: { metrics: '*', 'interval.ms': '1000' } }`. `{}` offers it and subscribes to nothing yet. Default: not offered,
   * as a real broker without a plugin.
   */
  readonly telemetry?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether asking for metadata of an unknown topic creates it. Default true. */
  readonly autoCreateTopics?: boolean;
  /** Partitions of topics made without a count. Default 1. */
  readonly partitions?: number;
  /** Topics that are there from the start. */
  readonly topics?: readonly TopicOptions[];
  /** Broker configs by Kafka's names, e.g. `{ 'compression.type': 'zstd' }`. DescribeConfigs in `APIS.md` says which have an effect. */
  readonly configs?: Readonly<Record<string, string>>;
  /**
   * A directory the cluster is kept in: started again with it, it is as it was, members of groups apart, also after the
   * process was killed. What was acknowledged was written before; it outlives the process, and the machine as far as the
   * system has it on the disk by then. Holds users' passwords. What is in it wins over `configs`, `acls` and `quotas`; topics
   * that are missing are created, and `users` of other passwords set. One broker at a time. Default: nothing is kept.
   */
  readonly persist?: string;
  /** Bytes of records kept per partition; beyond it the oldest batches go and the log start moves. Default 128 MiB. */
  readonly logBytes?: number;
  /**
   * Bytes of records kept by all partitions together; beyond it the oldest batches of the cluster go, whichever partition they
   * are in. The newest batch of a partition always stays. Default 512 MiB.
   */
  readonly totalLogBytes?: number;
  /** How often `retention.ms` and `retention.bytes` are applied, in ms of the clock. Default 300000, as a real broker's. */
  readonly retentionCheckMs?: number;
  /** How often compacted topics are looked at, in ms of the clock. Default 15000, as a real broker's. */
  readonly compactionCheckMs?: number;
  /** How long a new group waits for more members before its first rebalance, in ms. Default 0 (a real broker: 3000). */
  readonly initialRebalanceDelayMs?: number;
  /** The shortest session timeout a member may ask for, in ms. Default 6000, as a real broker's. */
  readonly minSessionTimeoutMs?: number;
  /** The longest session timeout a member may ask for, in ms. Default 1800000. */
  readonly maxSessionTimeoutMs?: number;
  /**
   * The release of Kafka whose APIs, versions and features clients are shown, such as `'2.8'`; what came later is not
   * served. Up to 3.0 a cluster with ZooKeeper, afterwards one with KRaft. Default: the newest, 4.3.
   */
  readonly asVersion?: KafkaRelease;
  /**
   * The `transaction.version` the cluster says it runs with. At 2 (default, as Kafka 4) clients that know KIP-890 get a
   * new epoch with every transaction and add partitions by writing; at 1 (default up to 3.9) they use the protocol of Kafka 3.
   */
  readonly transactionVersion?: 1 | 2;
  /**
   * The `group.version` the cluster says it runs with. At 1 (default from 4.0 on) clients may use the consumer protocol
   * (KIP-848); at 0 it is refused with UNSUPPORTED_VERSION, so that they use the classic one.
   */
  readonly groupVersion?: 0 | 1;
  /** Whether `broker.witness` watches from the start what clients do wrong. Default false. */
  readonly witness?: boolean;
  /** The source of time for every timeout and timestamp of the broker. Default: the system's. */
  readonly clock?: Clock;
  /** The seed of every id the cluster makes up; equal seeds give equal ids. Default 1. */
  readonly seed?: number;
};

/** The options with every default filled in. */
export type ClusterOptions = Required<
  Omit<
    MockBrokerOptions,
    | 'from'
    | 'persist'
    | 'inspectPort'
    | 'ports'
    | 'port'
    | 'transport'
    | 'nodes'
    | 'topics'
    | 'listeners'
    | 'tls'
    | 'acls'
    | 'telemetry'
  >
> & {
  readonly telemetry: MockBrokerOptions['telemetry'];
  /** The network to listen on, when there are to be no sockets. */
  readonly memory: MemoryNetwork | undefined;
  readonly nodes: number;
  /** By node, from the first on. */
  readonly racks: readonly (string | undefined)[];
  readonly listeners: readonly ListenerSpec[];
  readonly tls: TlsOptions | undefined;
  readonly acls: AclOptions | undefined;
  readonly topics: readonly TopicOptions[];
};

const MiB = 1024 * 1024;

/** Fills in the defaults. @throws MockBrokerError `INVALID_OPTION` */
export function resolveOptions(given: MockBrokerOptions): ClusterOptions {
  const each = typeof given.nodes === 'object' ? given.nodes : undefined;
  const wanted = each?.length ?? (given.nodes as number | undefined);
  const nodes = given.ports?.length ?? wanted ?? 1;
  const host = given.host ?? '127.0.0.1';
  const listeners = resolveListeners(given.listeners, { nodes, host, port: given.port ?? 0, ports: given.ports });
  const asVersion = releaseOf(given.asVersion);
  const options: ClusterOptions = {
    nodes,
    telemetry: given.telemetry,
    memory: given.transport === 'memory' ? new MemoryNetwork() : undefined,
    racks: (each ?? []).map(({ rack }) => rack),
    replicaSelector: given.replicaSelector ?? 'leader',
    firstNodeId: given.firstNodeId ?? 1,
    listeners,
    tls: given.tls,
    users: given.users ?? {},
    sasl: given.sasl ?? {},
    acls: given.acls,
    quotas: given.quotas ?? [],
    host,
    autoCreateTopics: given.autoCreateTopics ?? true,
    partitions: given.partitions ?? 1,
    topics: given.topics ?? [],
    configs: given.configs ?? {},
    logBytes: given.logBytes ?? 128 * MiB,
    totalLogBytes: given.totalLogBytes ?? 512 * MiB,
    retentionCheckMs: given.retentionCheckMs ?? 300_000,
    compactionCheckMs: given.compactionCheckMs ?? 15_000,
    initialRebalanceDelayMs: given.initialRebalanceDelayMs ?? 0,
    minSessionTimeoutMs: given.minSessionTimeoutMs ?? 6000,
    maxSessionTimeoutMs: given.maxSessionTimeoutMs ?? 1_800_000,
    asVersion,
    transactionVersion: given.transactionVersion ?? (isAtLeast(asVersion, '4.0') ? 2 : 1),
    groupVersion: given.groupVersion ?? (isAtLeast(asVersion, '4.0') ? 1 : 0),
    witness: given.witness ?? false,
    clock: given.clock ?? systemClock,
    seed: given.seed ?? 1,
    requestHistory: given.requestHistory ?? 1000,
  };
  if (wanted !== undefined && wanted !== nodes) {
    throw invalid(
      'ports',
      `names ${nodes} ports for ${wanted} nodes: give one port for each node, or leave out \`nodes\`.`,
    );
  }
  const encrypted = listeners.find(({ protocol }) => usesTls(protocol));
  if (encrypted && !options.tls) {
    throw invalid('tls', `is missing, but listener "${encrypted.name}" needs it: give \`tls: { cert, key }\` as PEM.`);
  }
  if (encrypted && options.memory) {
    throw invalid('transport', `is memory, but listener "${encrypted.name}" encrypts: leave one of the two out.`);
  }
  requireWhole('nodes', options.nodes, 1);
  requireWhole('firstNodeId', options.firstNodeId, 0);
  requireWhole('partitions', options.partitions, 1);
  requireWhole('requestHistory', options.requestHistory, 0);
  if (given.inspectPort !== undefined) requireWhole('inspectPort', given.inspectPort, 0);
  requireWhole('logBytes', options.logBytes, 1);
  requireWhole('totalLogBytes', options.totalLogBytes, 1);
  requireWhole('retentionCheckMs', options.retentionCheckMs, 1);
  requireWhole('compactionCheckMs', options.compactionCheckMs, 1);
  for (const { name, partitions } of options.topics) requireWhole(`partitions of topic "${name}"`, partitions ?? 1, 1);
  return options;
}

function releaseOf(wanted: KafkaRelease = '4.3'): KafkaRelease {
  const release = kafkaReleases.find((known) => known === wanted);
  if (release) return release;
  const known = kafkaReleases.join(', ');
  throw new MockBrokerError('INVALID_OPTION', `Option asVersion is ${wanted}: give one of ${known}.`, {
    option: 'asVersion',
    given: wanted,
    known,
  });
}

function requireWhole(name: string, value: number, lowest: number): void {
  const finite = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (!finite || value < lowest) throw invalid(name, `is ${value}: give a whole number from ${lowest} on.`);
}

function invalid(option: string, complaint: string): MockBrokerError {
  return new MockBrokerError('INVALID_OPTION', `Option ${option} ${complaint}`, { option });
}
