import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClusterState } from '../dispatch/context.ts';
import type { Connection } from '../network/connection.ts';
import { Listener, type ListenerSetup } from '../network/listener.ts';
import { ConnectionGate } from '../quotas/connection-gate.ts';
import { Session } from '../security/session.ts';
import { principalOfTls, serverTlsOptions } from '../security/tls.ts';
import { electLeaders } from './leadership.ts';
import { type ListenerSpec, usesSasl, usesTls } from './listener-options.ts';
import type { Endpoint } from './topology.ts';

/** What a node is called, and its place in the cluster's lists of ports. */
export type NodePlace = { readonly id: number; readonly index: number };

/** What becomes of requests, and what is done before answers leave. */
export type NodeWork = Pick<ListenerSetup, 'serve' | 'settle'>;

type Door = { readonly spec: ListenerSpec; readonly listener: Listener; port: number };

/** One broker of the cluster: its doors, and whether they are open. Its log outlives every stop. */
export class Node {
  readonly id: number;
  readonly #cluster: ClusterState;
  readonly #doors: readonly Door[];
  readonly #gate: ConnectionGate;

  constructor({ id, index }: NodePlace, cluster: ClusterState, work: NodeWork) {
    this.id = id;
    this.#cluster = cluster;
    const { brokerConfigs: configs, clock, security } = cluster;
    this.#gate = new ConnectionGate({ configs, clock, quotas: security.quotas });
    this.#doors = cluster.options.listeners.map((spec) => ({
      spec,
      port: spec.ports[index] ?? 0,
      listener: this.#listener(spec, work),
    }));
  }

  /** Opens the doors, always on the same ports, and joins the cluster. Does nothing when it is up. */
  async start(): Promise<void> {
    const { topology } = this.#cluster;
    if (topology.isUp(this.id)) return;
    try {
      for (const door of this.#doors) door.port = await door.listener.open(door.port);
    } catch (error) {
      await this.#close(true);
      throw error;
    }
    const endpoints = new Map(this.#doors.map(({ spec, port }) => [spec.name, endpointOf(spec, port)] as const));
    const [first] = endpoints.values();
    const rack = this.#cluster.options.racks[this.id - this.#cluster.options.firstNodeId];
    topology.add({ id: this.id, rack, ...first!, endpoints, up: true });
    electLeaders(this.#cluster);
  }

  /**
   * Leaves the cluster: others lead what it led. A crash cuts connections in the middle; otherwise requests already
   * answered reach their client.
   */
  async stop(abrupt: boolean): Promise<void> {
    const { topology } = this.#cluster;
    if (!topology.isUp(this.id)) return;
    topology.node(this.id).up = false;
    this.#cluster.fetchSessions.forgetNode(this.id);
    electLeaders(this.#cluster);
    await this.#close(abrupt);
  }

  /** Who is connected, at any of the doors. */
  connections(): Connection[] {
    return this.#doors.flatMap(({ listener }) => listener.connections());
  }

  async #close(abrupt: boolean): Promise<void> {
    await Promise.all(this.#doors.map(({ listener }) => listener.close(abrupt)));
  }

  #listener(spec: ListenerSpec, work: NodeWork): Listener {
    const { observers, options } = this.#cluster;
    const tls = usesTls(spec.protocol) ? options.tls : undefined;
    return new Listener({
      nodeId: this.id,
      host: options.host,
      ...work,
      gate: this.#gate,
      memory: options.memory,
      tls: tls && serverTlsOptions(tls),
      greet: (socket) => this.#greet(spec, socket),
      onConnection: ({ remotePort }, open) => observers.emit('connection', { nodeId: this.id, open, remotePort }),
    });
  }

  #greet(spec: ListenerSpec, socket: Socket): Session | undefined {
    const { clock, options, security } = this.#cluster;
    const sasl = usesSasl(spec.protocol) ? { sasl: { mechanisms: security.mechanisms, clock } } : {};
    if (!options.tls || !isEncrypted(socket)) return new Session(spec, sasl);
    const principal = principalOfTls(socket, options.tls);
    return principal === undefined ? undefined : new Session(spec, { principal, ...sasl });
  }
}

function isEncrypted(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket;
}

/** All nodes that the options want; none of them is up. */
export function createNodes(cluster: ClusterState, work: NodeWork): Node[] {
  const { firstNodeId, nodes } = cluster.options;
  return Array.from({ length: nodes }, (_, index) => new Node({ id: firstNodeId + index, index }, cluster, work));
}

function endpointOf({ advertisedHost }: ListenerSpec, port: number): Endpoint {
  return { host: advertisedHost, port };
}
