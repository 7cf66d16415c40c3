import type { MockBrokerOptions } from '../cluster/options.ts';
import { MockBrokerError } from '../errors.ts';
import type { SavedCluster } from './saved-cluster.ts';

/**
 * A cluster at one moment, to be restored or forked as often as you like: topics with their logs, configs, groups with
 * offsets, transactions, producers, access rules, users, quotas and leader epochs.
 *
 * It holds the record batches themselves, not copies, and so keeps them in memory for as long as you keep it. Members of
 * groups, connections, faults and quotas already used up are no part of it.
 */
export class BrokerSnapshot {
  /** When it was taken, in ms since the Unix epoch, by the broker's clock. */
  readonly takenAt: number;
  /** The bytes of record batches in its logs. */
  readonly sizeInBytes: number;
  readonly #options: MockBrokerOptions;
  readonly #cluster: SavedCluster;

  /** Use `broker.snapshot()`: only a broker knows what belongs in here. */
  constructor(takenAt: number, options: MockBrokerOptions, cluster: SavedCluster) {
    const logs = cluster.topics.topics.flatMap(({ partitions }) => partitions.map(({ log }) => log.bytes));
    this.takenAt = takenAt;
    this.sizeInBytes = logs.reduce((sum, bytes) => sum + bytes, 0);
    this.#options = options;
    this.#cluster = cluster;
  }

  /** What a cluster of these options goes on with. @throws MockBrokerError `INVALID_OPTION` when its nodes are others */
  clusterFor({ nodes, firstNodeId = 1 }: { readonly nodes: number; readonly firstNodeId: number }): SavedCluster {
    const own = countOf(this.#options);
    const ownFirst = this.#options.firstNodeId ?? 1;
    if (nodes === own && firstNodeId === ownFirst) return this.#cluster;
    const message = `is of ${own} nodes from ${ownFirst} on, not ${nodes} from ${firstNodeId} on: leave nodes and firstNodeId out.`;
    throw new MockBrokerError('INVALID_OPTION', `Option from: the snapshot ${message}`, { option: 'from' });
  }

  /** The options of a fork: those of its origin, on free ports and without the topics, which the snapshot has. */
  optionsFor({ from: _, ...own }: MockBrokerOptions): MockBrokerOptions {
    const { port, ports, inspectPort, topics, from, persist, listeners, ...inherited } = this.#options;
    const nodes = ports && !inherited.nodes ? { nodes: ports.length } : {};
    const doors = listeners && { listeners: listeners.map(({ port: _one, ports: _each, ...listener }) => listener) };
    return { ...inherited, ...nodes, ...doors, ...own };
  }
}

function countOf({ nodes = 1, ports }: MockBrokerOptions): number {
  return ports?.length ?? (typeof nodes === 'number' ? nodes : nodes.length);
}
