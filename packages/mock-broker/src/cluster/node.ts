import type { ClusterState } from '../dispatch/context.ts';
import type { Serve } from '../network/connection.ts';
import { Listener } from '../network/listener.ts';
import { electLeaders } from './leadership.ts';

/** One broker of the cluster: its door, and whether it is open. Its log outlives every stop. */
export class Node {
  readonly id: number;
  readonly #cluster: ClusterState;
  readonly #listener: Listener;
  #port: number;

  constructor(id: number, cluster: ClusterState, serve: Serve) {
    this.id = id;
    this.#cluster = cluster;
    this.#port = cluster.options.ports[id - 1] ?? 0;
    const { observers } = cluster;
    this.#listener = new Listener({
      nodeId: id,
      host: cluster.options.host,
      serve,
      onConnection: ({ remotePort }, open) => observers.emit('connection', { nodeId: id, open, remotePort }),
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Opens the door, always on the same port, and joins the cluster. Does nothing when it is up. */
  async start(): Promise<void> {
    const { topology, options } = this.#cluster;
    if (topology.isUp(this.id)) return;
    this.#port = await this.#listener.open(this.#port);
    topology.add({ id: this.id, host: options.host, port: this.#port, up: true });
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
    electLeaders(this.#cluster);
    await this.#listener.close(abrupt);
  }
}
