import { EventstreamError } from '../errors.ts';
import type {
  OffsetLookup,
  RecordView,
  SubscriptionRequest,
  TopicAdmin,
  TopicPartition,
  Transport,
} from '../transport.ts';
import { MemoryGroup } from './memory-group.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryTransport } from './memory-transport.ts';

/** What a memory cluster starts with. */
export interface MemoryClusterOptions {
  /** Partitions by topic name. */
  readonly topics?: Readonly<Record<string, number>>;
  /** Whether a topic that is asked for is made, with one partition. Default true. */
  readonly autoCreate?: boolean;
}

/** What one transport of a memory cluster may be asked to do differently. */
export interface MemoryTransportOptions {
  /** Bound of unacknowledged bytes. Default 32 MiB. */
  readonly bufferBytes?: number;
  /** Bound of one record's key, value and headers. Default 1 MiB. */
  readonly recordBytes?: number;
}

/** Topics and groups in memory, reached through as many transports as are asked for. Made by {@link createMemoryCluster}. */
export interface MemoryCluster {
  /** A transport of its own, as another process would have. */
  transport(options?: MemoryTransportOptions): Transport & TopicAdmin & OffsetLookup;
  /** Every stored record of a topic, partition after partition. */
  records(topic: string): readonly (RecordView & TopicPartition)[];
  /** What a group has committed for a partition, or `undefined`. */
  committed(group: string, topic: string, partition: number): number | undefined;
  /** Takes every partition of a group away and deals them out again. */
  rebalance(group: string): void;
  /**
   * Decides on every append before it is stored: return an error to refuse it. `undefined` lifts the rule. The receipt
   * rejects, nothing is stored.
   */
  refuseAppends(rule: ((at: TopicPartition) => EventstreamError | undefined) | undefined): void;
  /** Holds acknowledgements back until the returned function is called: appended records are not stored before. */
  holdAppends(): () => void;
}

/** The state behind {@link MemoryCluster}, as its transports see it. */
export class MemoryState {
  readonly topics = new Map<string, MemoryLog[]>();
  readonly groups = new Map<string, MemoryGroup>();
  /** Called after every append, by those who wait for records. */
  readonly appended = new Set<() => void>();
  readonly autoCreate: boolean;
  refuse: ((at: TopicPartition) => EventstreamError | undefined) | undefined;
  held: Promise<void> | undefined;

  constructor({ topics = {}, autoCreate = true }: MemoryClusterOptions) {
    this.autoCreate = autoCreate;
    for (const [topic, partitions] of Object.entries(topics)) this.create(topic, partitions);
  }

  create(topic: string, partitions: number): void {
    this.topics.set(
      topic,
      Array.from({ length: partitions }, () => new MemoryLog()),
    );
    for (const group of this.groups.values()) if (group.reads(topic)) group.rebalance();
  }

  logs(topic: string): readonly MemoryLog[] {
    if (!this.topics.has(topic) && this.autoCreate) this.create(topic, 1);
    const logs = this.topics.get(topic);
    if (logs !== undefined) return logs;
    const message = `Topic "${topic}" does not exist. Create it, or allow automatic creation.`;
    throw new EventstreamError('topic-missing', { message, facts: { topic } });
  }

  group(request: Pick<SubscriptionRequest, 'group'>): MemoryGroup {
    const group = this.groups.get(request.group) ?? new MemoryGroup((topic) => this.topics.get(topic)?.length ?? 0);
    this.groups.set(request.group, group);
    return group;
  }
}

/**
 * A cluster in memory: the transport port without a broker, for tests of code that stands on the port. It keeps the port's
 * contract (the conformance suite holds it to that); it knows no network, no durability and no Kafka protocol, for which the
 * mock broker is there.
 *
 * @example
 * ```ts
 * import { createMemoryCluster } from '@eventstream/core/testing';
 *
 * const cluster = createMemoryCluster({ topics: { 'shop.orders': 3 } });
 * const transport = cluster.transport();
 * await transport.connect();
 * const writer = await transport.topic('shop.orders');
 * await writer.append(2, 'order-1', '{}', [], Date.now());
 * console.assert(cluster.records('shop.orders').length === 1);
 * await transport.close();
 * ```
 */
export function createMemoryCluster(options: MemoryClusterOptions = {}): MemoryCluster {
  const state = new MemoryState(options);
  return {
    transport: (transportOptions = {}) => new MemoryTransport(state, transportOptions),
    records: (topic) =>
      (state.topics.get(topic) ?? []).flatMap((log, partition) =>
        log.records.map((record) => Object.assign(record.copy(), { topic, partition })),
      ),
    committed: (group, topic, partition) => state.groups.get(group)?.committed({ topic, partition }),
    rebalance: (group) => state.groups.get(group)?.rebalance(),
    refuseAppends(rule) {
      state.refuse = rule;
    },
    holdAppends() {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      state.held = held;
      return () => {
        if (state.held === held) state.held = undefined;
        release();
      };
    },
  };
}
