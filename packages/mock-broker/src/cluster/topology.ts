import { MockBrokerError } from '../errors.ts';

/** Where to connect to. */
export type Endpoint = { readonly host: string; readonly port: number };

/** A node's address, and whether it takes connections. `endpoints` has further listeners by name. */
export type NodeInfo = Endpoint & {
  readonly id: number;
  readonly rack?: string | undefined;
  readonly endpoints?: ReadonlyMap<string, Endpoint>;
  up: boolean;
};

/** What was placed by hand. */
export type SavedPlacement = {
  readonly coordinators: ReadonlyMap<string, number>;
  readonly controller: number | undefined;
};

/** Who is in the cluster, who is up, and which node answers for what. */
export class Topology {
  readonly #nodes = new Map<number, NodeInfo>();
  readonly #coordinators = new Map<string, number>();
  #controller: number | undefined;
  #revision = 0;

  /** Another number after every change of what is placed by hand. */
  get revision(): number {
    return this.#revision;
  }

  add(node: NodeInfo): void {
    this.#nodes.set(node.id, node);
  }

  all(): NodeInfo[] {
    return [...this.#nodes.values()];
  }

  up(): NodeInfo[] {
    return this.all().filter((node) => node.up);
  }

  node(id: number): NodeInfo {
    const node = this.#nodes.get(id);
    if (node) return node;
    const known = [...this.#nodes.keys()].join(', ');
    throw new MockBrokerError('UNKNOWN_NODE', `The cluster has no node ${id}: use one of ${known}.`, { node: id });
  }

  /** A node's address as clients of one listener must be told it; others may not reach it, or not be let in. */
  endpoint(id: number, listener: string): Endpoint {
    const node = this.node(id);
    const { host, port } = node.endpoints?.get(listener) ?? node;
    return { host, port };
  }

  /** Where a node stands, as `client.rack` of clients names it; null when nobody said. */
  rack(id: number): string | null {
    return this.node(id).rack ?? null;
  }

  /** A node as answers list it to clients of one listener. */
  address(id: number, listener: string): Endpoint & { readonly rack: string | null } {
    return { ...this.endpoint(id, listener), rack: this.rack(id) };
  }

  isUp(id: number): boolean {
    return this.#nodes.get(id)?.up ?? false;
  }

  /** The node placed by hand, else the lowest that is up, or -1. */
  controller(): number {
    const placed = this.#controller;
    return placed !== undefined && this.isUp(placed) ? placed : (this.up()[0]?.id ?? -1);
  }

  placeController(node: number): void {
    this.#controller = this.node(node).id;
    this.#revision += 1;
  }

  firstUp(replicas: readonly number[]): number {
    return replicas.find((id) => this.isUp(id)) ?? -1;
  }

  /**
   * Replicas of partition `index`, round robin, so leaders spread evenly and predictably: partition 0 on the first node.
   * A rack gets its second replica when every rack has one (KIP-36).
   */
  replicasFor(index: number, factor: number = this.#nodes.size): number[] {
    const all = this.all();
    const turn = all.map((_, step) => all[(index + step) % all.length]!);
    const firstOfRack = turn.filter(({ rack }, at) => turn.findIndex((node) => node.rack === rack) === at);
    const order = all.every(({ rack }) => rack !== undefined) ? new Set([...firstOfRack, ...turn]) : turn;
    return [...order].slice(0, Math.max(1, factor)).map(({ id }) => id);
  }

  /**
   * The node that coordinates `key` (a group or transactional id): placed by hand, else by hash; -1 with nobody up.
   *
   * A node that is down is skipped forward, so stopping one node moves only the keys it had.
   */
  coordinatorOf(key: string): number {
    const placed = this.#coordinators.get(key);
    if (placed !== undefined && this.isUp(placed)) return placed;
    const ids = [...this.#nodes.keys()];
    const start = hash(key) % ids.length;
    return this.firstUp([...ids.slice(start), ...ids.slice(0, start)]);
  }

  placeCoordinator(key: string, node: number): void {
    this.#coordinators.set(key, this.node(node).id);
    this.#revision += 1;
  }

  save(): SavedPlacement {
    return { coordinators: new Map(this.#coordinators), controller: this.#controller };
  }

  load({ coordinators, controller }: SavedPlacement): void {
    this.#coordinators.clear();
    for (const [key, node] of coordinators) this.#coordinators.set(key, node);
    this.#controller = controller;
    this.#revision += 1;
  }
}

/** FNV-1a: any stable spread will do, clients always ask. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
