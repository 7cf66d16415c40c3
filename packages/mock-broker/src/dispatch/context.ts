import type { Action } from '../acls/authorizer.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { Topology } from '../cluster/topology.ts';
import type { FetchSessions } from '../fetch/sessions.ts';
import type { GroupCoordinator } from '../groups/coordinator.ts';
import type { RequestLog } from '../inspect/request-log.ts';
import type { Signal } from '../log/signal.ts';
import type { Observers } from '../observers.ts';
import type { ProducerIds } from '../producers/producer-ids.ts';
import type { Security } from '../security/security.ts';
import type { Session } from '../security/session.ts';
import type { ShareSessions } from '../share/sessions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import type { Catalog } from '../topics/catalog.ts';
import type { ConfigSet } from '../topics/configs.ts';
import type { TransactionCoordinator } from '../transactions/coordinator.ts';
import type { Registry } from './registry.ts';
import type { Splice } from './splice.ts';
import type { Throttle } from './throttle.ts';

/** The nouns of a cluster; every node sees the same ones. */
export type ClusterState = {
  readonly clusterId: string;
  readonly options: ClusterOptions;
  readonly topology: Topology;
  readonly catalog: Catalog;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly fetchSessions: FetchSessions;
  readonly shareSessions: ShareSessions;
  readonly producerIds: ProducerIds;
  readonly brokerConfigs: ConfigSet;
  readonly observers: Observers;
  readonly clock: Clock;
  /** What ids are made of. */
  readonly random: Random;
  readonly registry: Registry;
  readonly security: Security;
  readonly telemetry: Telemetry;
  readonly requestLog: RequestLog;
};

/** The cluster as one request meets it: on a node, from a client, in a version. */
export type RequestContext = ClusterState & {
  readonly nodeId: number;
  /** Who asks. */
  readonly session: Session;
  /** Whether the sender may do this; always, without access rules. */
  may(action: Action): boolean;
  /** The listener that was asked; answers name the addresses of this one. */
  readonly listener: string;
  readonly version: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly clientPort: number;
  /** Fires when the client is gone. */
  readonly closed: Signal;
  /** Puts stored bytes into the answer without copying them. */
  readonly splice: Splice;
  /** How long the sender has to be silent after the answer, for other reasons than its bytes. */
  readonly throttle: Throttle;
};
