import { type Address, formatAddress } from '../network/address.ts';
import { Link, type LinkOptions } from '../network/link.ts';

/** Purposes that have a connection of their own, as a request that waits at the broker holds up those behind it. */
export type Purpose = 'data' | 'produce' | 'fetch 1' | 'fetch 2' | `group ${string}`;

type Node = { readonly address: Address; readonly rack: string | null };

/** All ways to all brokers: those of the bootstrap list, and those the cluster has named. */
export class Brokers {
  readonly #options: LinkOptions;
  readonly #addresses: readonly Address[];
  #bootstrap: readonly Link[] = [];
  readonly #nodes = new Map<number, Node>();
  readonly #links = new Map<string, Link>();
  #next = 0;

  constructor(bootstrap: readonly Address[], options: LinkOptions) {
    this.#options = options;
    this.#addresses = bootstrap;
  }

  /** Makes the ways to the bootstrap list, unless they are there. */
  open(): void {
    if (this.#bootstrap.length > 0) return;
    this.#bootstrap = this.#addresses.map((address) => new Link(address, this.#options));
  }

  get ids(): readonly number[] {
    return [...this.#nodes.keys()];
  }

  rack(id: number): string | null {
    return this.#nodes.get(id)?.rack ?? null;
  }

  /** Takes in where the cluster's nodes are now. Links to a place a node has left are closed. */
  learn(nodes: readonly { nodeId: number; host: string; port: number; rack: string | null }[]): void {
    if (nodes.length === 0) return;
    const told = new Map(nodes.map(({ nodeId, host, port, rack }) => [nodeId, { address: { host, port }, rack }]));
    for (const [id, { address }] of this.#nodes) {
      const now = told.get(id);
      if (now === undefined || formatAddress(now.address) !== formatAddress(address)) this.#dropNode(id);
    }
    this.#nodes.clear();
    for (const [id, node] of told) this.#nodes.set(id, node);
  }

  /** Takes in one node beside those known (KIP-951). */
  add({ nodeId, host, port, rack }: { nodeId: number; host: string; port: number; rack: string | null }): void {
    const known = this.#nodes.get(nodeId);
    const address = { host, port };
    if (known !== undefined && formatAddress(known.address) !== formatAddress(address)) this.#dropNode(nodeId);
    this.#nodes.set(nodeId, { address, rack });
  }

  /** The link to a node for a purpose; nothing when the cluster has no such node. */
  link(id: number, purpose: Purpose = 'data'): Link | undefined {
    const node = this.#nodes.get(id);
    if (node === undefined) return undefined;
    const key = `${id} ${purpose}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const link = new Link(node.address, this.#options);
    this.#links.set(key, link);
    return link;
  }

  /**
   * Links to try for a question any broker can answer: connected ones first, then the other nodes, then the bootstrap list,
   * which is the way back into a cluster whose nodes have all moved (KIP-899).
   */
  candidates(): readonly Link[] {
    this.#next += 1;
    const known = rotate(this.ids, this.#next).flatMap((id) => this.link(id) ?? []);
    const isReady = (link: Link) => link.ready !== undefined;
    const bootstrap = rotate(this.#bootstrap, this.#next);
    return [...known.filter(isReady), ...known.filter((link) => !isReady(link)), ...bootstrap];
  }

  /** The bootstrap connections have done their work once the cluster has named its nodes. */
  dropBootstrap(): void {
    if (this.#nodes.size > 0) for (const link of this.#bootstrap) link.drop('the cluster named its nodes');
  }

  /** Ends what serves one purpose. */
  release(purpose: Purpose): void {
    for (const [key, link] of this.#links) {
      if (!key.endsWith(` ${purpose}`)) continue;
      link.close('it is not needed any more');
      this.#links.delete(key);
    }
  }

  close(): void {
    for (const link of [...this.#bootstrap, ...this.#links.values()]) link.close('the transport was closed');
    this.#bootstrap = [];
    this.#links.clear();
    this.#nodes.clear();
  }

  #dropNode(id: number): void {
    for (const [key, link] of this.#links) {
      if (!key.startsWith(`${id} `)) continue;
      link.close('the node has moved');
      this.#links.delete(key);
    }
  }
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  if (items.length === 0) return items;
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
