import { messages } from '@eventstream/kafka-protocol';
import { apis } from '../apis/index.ts';
import type { ClusterState } from '../dispatch/context.ts';
import type { ApiDefinition } from '../dispatch/define-api.ts';
import { Registry } from '../dispatch/registry.ts';
import { FetchSessions } from '../fetch/sessions.ts';
import { GroupCoordinator } from '../groups/coordinator.ts';
import { GroupSettings } from '../groups/settings.ts';
import { RequestLog } from '../inspect/request-log.ts';
import { LogMemory } from '../log/log-memory.ts';
import { Observers } from '../observers.ts';
import { ProducerIds } from '../producers/producer-ids.ts';
import { createSecurity } from '../security/security.ts';
import { ShareSessions } from '../share/sessions.ts';
import { Subscriptions } from '../telemetry/subscriptions.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { createRandom } from '../time/random.ts';
import { BrokerConfigs } from '../topics/broker-configs.ts';
import { Catalog } from '../topics/catalog.ts';
import { TransactionCoordinator } from '../transactions/coordinator.ts';
import { actAs } from './act-as.ts';
import type { ClusterOptions } from './options.ts';
import { isAtLeast } from './releases.ts';
import { Topology } from './topology.ts';

/** What a cluster was before, when it goes on in another process. */
export type Past = { readonly clusterId: string; readonly randomPosition: number };

/** Builds the nouns of a cluster. No node is up yet, and no topic exists. */
export function createCluster(options: ClusterOptions, past?: Past): ClusterState {
  const { clock, initialRebalanceDelayMs, logBytes, totalLogBytes, seed } = options;
  const random = createRandom(seed);
  const observers = new Observers();
  const topology = new Topology();
  const brokerConfigs = new BrokerConfigs({ ...shownOptions(options), ...options.configs });
  const logMemory = new LogMemory(totalLogBytes);
  const catalog = new Catalog({ topology, random, logBytes, logMemory, brokerConfigs, release: options.asVersion });
  const groups = new GroupCoordinator({
    clock,
    random,
    observers,
    catalog,
    settings: new GroupSettings(brokerConfigs),
    initialRebalanceDelayMs,
    expectsSync: isAtLeast(options.asVersion, '2.8'),
  });
  const producerIds = new ProducerIds();
  return {
    clusterId: past?.clusterId ?? Buffer.from(random.uuid().replaceAll('-', ''), 'hex').toString('base64url'),
    options,
    topology,
    catalog,
    groups,
    transactions: new TransactionCoordinator({ catalog, groups, producerIds, clock, observers }),
    shareSessions: new ShareSessions(),
    // Clients may still name sessions of the process before: no other may be given their ids.
    fetchSessions: new FetchSessions({ clock, random: createRandom(past?.randomPosition ?? seed) }),
    producerIds,
    brokerConfigs,
    observers,
    clock,
    random,
    registry: new Registry(actAs(options.asVersion, offered(options))),
    security: createSecurity(options, random),
    requestLog: new RequestLog(options.requestHistory, clock),
    telemetry: new Telemetry({
      clock,
      random: createRandom(seed + 1),
      observers,
      subscriptions: new Subscriptions(options.telemetry ?? {}),
      maxBytes: () => brokerConfigs.number('telemetry.max.bytes'),
    }),
  };
}

/** A real broker offers telemetry when it has a plugin that takes it. */
function offered({ telemetry }: ClusterOptions): readonly ApiDefinition[] {
  const withPlugin: readonly number[] = [messages.getTelemetrySubscriptions.key, messages.pushTelemetry.key];
  return telemetry ? apis : apis.filter(({ message }) => !withPlugin.includes(message.key));
}

const RACK_AWARE = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';

/** Options that real brokers take as configs are described as such. */
function shownOptions(options: ClusterOptions): Record<string, string> {
  return {
    'auto.create.topics.enable': String(options.autoCreateTopics),
    'default.replication.factor': String(options.nodes),
    'group.initial.rebalance.delay.ms': String(options.initialRebalanceDelayMs),
    'group.min.session.timeout.ms': String(options.minSessionTimeoutMs),
    'group.max.session.timeout.ms': String(options.maxSessionTimeoutMs),
    ...(options.replicaSelector === 'rack-aware' ? { 'replica.selector.class': RACK_AWARE } : {}),
    'num.partitions': String(options.partitions),
  };
}
